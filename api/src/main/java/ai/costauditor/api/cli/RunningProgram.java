package ai.costauditor.api.cli;

import ai.costauditor.api.dev.StatusFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A program that runs here or elsewhere, through its REST API. */
record RunningProgram(String url, String token) {

    /**
     * That of the folder if one is named, else that of the environment, else that of {@code ./data}.
     *
     * @return none if there is none
     * @throws Trouble if a folder is named and nothing runs there
     */
    static @Nullable RunningProgram find(@Nullable Path folder, Map<String, String> environment) {
        if (folder == null && environment.containsKey("AUDITOR_URL")) {
            return of(environment);
        }
        Path data = folder == null ? Path.of("data") : folder;
        RunningProgram program = of(StatusFile.read(data.toAbsolutePath()));
        if (program == null && folder != null) {
            throw new Trouble("nothing runs on " + data + " (start it: ./auditor dev --data " + data + ")");
        }
        return program;
    }

    private static @Nullable RunningProgram of(Map<String, String> values) {
        String url = values.get("AUDITOR_URL");
        String token = values.get("AUDITOR_API_TOKEN");
        return url == null || token == null ? null : new RunningProgram(url, token);
    }

    /** @throws Trouble if it does not answer, or refuses; the message is its own */
    JsonNode post(String path, String type, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1" + path))
                .timeout(Duration.ofMinutes(1))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode json = JsonMapper.shared().readTree(answer.body());
            if (answer.statusCode() >= 300) {
                throw new Trouble(url + " refused it (" + answer.statusCode() + "): "
                        + json.path("detail").asString("without a reason"));
            }
            return json;
        } catch (IOException e) {
            throw new Trouble(url + " does not answer: " + e, e);
        } catch (JacksonException e) {
            throw new Trouble(url + " does not answer as this program does", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("stopped", e);
        }
    }
}
