package ai.costauditor.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The program under measurement, started by its own launcher on a folder of its own, and its REST API. */
public final class AuditorProcess implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path data;
    private final Process process;
    private final Map<String, String> status;
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param data an empty folder, or the folder of an earlier run */
    public AuditorProcess(Path project, Path data, int port, int upstream) throws IOException, InterruptedException {
        this.data = data;
        ProcessBuilder dev = new ProcessBuilder(
                        "./auditor", "dev", "--port", Integer.toString(port), "--data", data.toString())
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(new File(data + ".log"));
        dev.environment().put("OPENAI_BASE_URL", "http://127.0.0.1:" + upstream);
        dev.environment().put("OPENAI_API_KEY", "sk-bench");
        process = dev.start();
        status = awaitReady(project, data);
    }

    private Map<String, String> awaitReady(Path project, Path data) throws IOException, InterruptedException {
        for (int second = 0; second < 300; second++) {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "./auditor dev ended early:\n" + Files.readString(Path.of(data + ".log")));
            }
            Process asked = new ProcessBuilder("./auditor", "status", "-o", "env", "--data", data.toString())
                    .directory(project.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (asked.waitFor() == 0) {
                return parse(answer);
            }
            TimeUnit.SECONDS.sleep(1);
        }
        throw new IllegalStateException("not ready after five minutes");
    }

    private static Map<String, String> parse(String env) {
        Map<String, String> values = new HashMap<>();
        env.lines().forEach(line -> {
            String[] parts = line.replaceFirst("^export ", "").split("=", 2);
            if (parts.length == 2) {
                values.put(parts[0], parts[1].replaceAll("^'|'$|^\"|\"$", ""));
            }
        });
        return values;
    }

    public String status(String name) {
        String value = status.get(name);
        if (value == null) {
            throw new IllegalStateException("./auditor status names no " + name);
        }
        return value;
    }

    public int port() {
        return URI.create(status("AUDITOR_URL")).getPort();
    }

    /** @param budgets JSON of the budgets, {@code []} for none */
    public JsonNode createKey(String name, String budgets) throws IOException, InterruptedException {
        String body = "{\"name\":\"%s\",\"project_id\":\"%s\",\"budgets\":%s}"
                .formatted(name, status("AUDITOR_PROJECT_ID"), budgets);
        return send(HttpRequest.newBuilder(api("keys")).POST(HttpRequest.BodyPublishers.ofString(body)), 201);
    }

    public JsonNode get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(api(path)), 200);
    }

    private URI api(String path) {
        return URI.create(status("AUDITOR_URL") + "/api/v1/" + path);
    }

    private JsonNode send(HttpRequest.Builder request, int expected) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                request.header("Authorization", "Bearer " + status("AUDITOR_API_TOKEN"))
                        .header("Content-Type", "application/json")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw new IOException(answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** The program itself, without its launcher and its database. */
    public ProcessHandle program() {
        return ProcessHandle.of(Long.parseLong(status("AUDITOR_PID"))).orElseThrow();
    }

    /** The program and the database that it started. */
    List<ProcessHandle> programs() {
        try (Stream<Path> files = Files.walk(data, 3)) {
            Stream<ProcessHandle> database =
                    files
                            .filter(file -> file.endsWith("postmaster.pid"))
                            .flatMap(AuditorProcess::handle)
                            .toList()
                            .stream();
            return Stream.concat(Stream.of(program()), database).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<ProcessHandle> handle(Path pidFile) {
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
            return ProcessHandle.of(pid).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the ledger says of its commits. */
    CommitFigures commits() throws IOException, InterruptedException {
        URI page = URI.create(status("AUDITOR_MANAGEMENT_URL") + "/actuator/prometheus");
        return CommitFigures.of(http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** Resident memory of the program itself, without its database, in MiB. */
    long residentMebibytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", status("AUDITOR_PID"), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
