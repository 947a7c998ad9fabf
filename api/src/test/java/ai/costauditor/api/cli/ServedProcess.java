package ai.costauditor.api.cli;

import ai.costauditor.api.Auditor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** {@code ./auditor serve} as a process of its own, with nothing but its environment. */
final class ServedProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("serves on port (\\d+)");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path log;
    private final Process process;
    private String url = "";

    ServedProcess(Map<String, String> environment) {
        try {
            log = Files.createTempFile("serve", ".log");
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-Daxoniq.update-checker.disabled=true",
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Auditor.class.getName(),
                            "serve")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(name -> name.matches("(AUDITOR|OPENAI|ANTHROPIC|AWS|AZURE)_.*"));
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ServedProcess awaitReady() {
        Awaitility.await("the server starts; " + log)
                .atMost(Duration.ofMinutes(3))
                .until(() -> !process.isAlive() || READY.matcher(output()).find());
        Matcher ready = READY.matcher(output());
        if (!ready.find()) {
            throw new AssertionError("it does not start: " + output());
        }
        url = "http://127.0.0.1:" + ready.group(1);
        return this;
    }

    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            throw new AssertionError("it runs: " + output());
        }
        return process.exitValue();
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return url;
    }

    /** A chat with a virtual key. */
    CompletableFuture<HttpResponse<String>> chat(String key, String prompt) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"gpt-4o-mini\",\"max_tokens\":100,"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** KILL, STOP (nothing of it moves, but its connections stay open) or CONT. */
    void signal(String name) throws IOException, InterruptedException {
        List<String> command = List.of("kill", "-" + name, Long.toString(process.pid()));
        if (new ProcessBuilder(command).start().waitFor() != 0) {
            throw new IOException("there is no process " + process.pid());
        }
    }

    @Override
    public void close() throws InterruptedException, IOException {
        if (process.isAlive()) {
            signal("CONT");
            process.destroy();
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        http.close();
        Files.deleteIfExists(log);
    }
}
