package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.money.Money;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;

/** A {@link LoadProcess}, and what it has said so far. */
@NullUnmarked
public final class LoadNode {

    private final Process process;
    private final Thread reader;
    private final Map<CallId, Money> settled = new ConcurrentHashMap<>();
    private final Map<CallId, KeyId> keyOf = new ConcurrentHashMap<>();
    private final AtomicInteger unavailable = new AtomicInteger();
    private volatile boolean ready;

    private LoadNode(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().start(this::read);
    }

    /** @param properties of the system, in the new process */
    public static LoadNode start(
            PostgresForTests.Database database, long seed, List<KeyId> keys, Map<String, String> properties)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                // most of what it does in its short life is to start
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Daxoniq.update-checker.disabled=true"));
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                LoadProcess.class.getName(),
                database.url(),
                database.user(),
                database.password(),
                Long.toString(seed)));
        keys.forEach(key -> command.add(key.value()));
        return new LoadNode(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            lines.lines().forEach(this::heard);
        } catch (IOException e) {
            // it was killed
        }
    }

    private void heard(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "ready" -> ready = true;
            case "settled" -> {
                CallId call = new CallId(words[2]);
                keyOf.put(call, new KeyId(words[1]));
                settled.put(call, Money.of(words[3]));
            }
            case "unavailable" -> unavailable.incrementAndGet();
            case "stopped" -> {}
            default -> System.out.println(process.pid() + " " + line);
        }
    }

    public boolean isReady() {
        return ready;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** What it was told has been recorded. */
    public Map<CallId, Money> settled() {
        return settled;
    }

    KeyId keyOf(CallId call) {
        return keyOf.get(call);
    }

    Map<KeyId, Integer> settledPerKey() {
        Map<KeyId, Integer> count = new HashMap<>();
        settled.keySet().forEach(call -> count.merge(keyOf.get(call), 1, Integer::sum));
        return count;
    }

    /** Callers who were told to try again. */
    public int unavailable() {
        return unavailable.get();
    }

    /** Callers who were told anything. */
    public int answers() {
        return settled.size() + unavailable.get();
    }

    /** As {@code kill -9}; returns when all that it had said has been heard. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        reader.join();
    }

    public void stop() throws IOException, InterruptedException {
        process.getOutputStream().close();
        process.waitFor();
        reader.join();
    }
}
