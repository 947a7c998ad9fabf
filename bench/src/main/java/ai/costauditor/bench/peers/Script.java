package ai.costauditor.bench.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The two scripts of a folder below {@code bench/peers}. They are told by their environment where to install
 * ({@code INSTALLED}) and what to serve ({@code PORT}, {@code UPSTREAM}, {@code DATA}, {@code CORES} and more).
 */
record Script(Path folder, Path installed, Map<String, String> environment) {

    static Script of(Peer.Place place, String product) {
        return new Script(
                place.files().resolve(product),
                place.installs().resolve(product).toAbsolutePath(),
                Map.of(
                        "UPSTREAM",
                        "http://127.0.0.1:" + place.upstream(),
                        "CORES",
                        Integer.toString(Runtime.getRuntime().availableProcessors())));
    }

    Script with(String name, Object value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value.toString());
        return new Script(folder, installed, more);
    }

    /** @return the last line that the script says, which is a version */
    String install() throws IOException, InterruptedException {
        Files.createDirectories(installed);
        Path log = Path.of(installed + ".install.log");
        Process process = builder("install").redirectError(log.toFile()).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new NotRunning("it could not be installed", log);
        }
        return said.strip().lines().reduce("", (first, second) -> second);
    }

    /** @param data a folder for what the process writes; its log is beside it */
    Process start(Path data) throws IOException {
        return with("DATA", Files.createDirectories(data).toAbsolutePath())
                .builder("start")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(data).toFile()))
                .start();
    }

    static Path log(Path data) {
        return Path.of(data + ".log");
    }

    private ProcessBuilder builder(String script) {
        ProcessBuilder builder =
                new ProcessBuilder(folder.resolve(script).toAbsolutePath().toString());
        builder.environment().putAll(environment);
        builder.environment().put("INSTALLED", installed.toString());
        return builder;
    }

    /** Ends what a script started: first politely, and after ten seconds not. */
    static void end(List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroy);
        for (ProcessHandle process : processes) {
            try {
                process.onExit().get(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
                process.destroyForcibly();
            }
        }
    }
}
