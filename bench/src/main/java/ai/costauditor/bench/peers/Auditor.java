package ai.costauditor.bench.peers;

import ai.costauditor.bench.AuditorProcess;
import ai.costauditor.bench.Load;
import ai.costauditor.bench.Ports;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** This product: one virtual key with a hard budget, and the PostgreSQL that it brings. */
final class Auditor implements Peer {

    @Override
    public String name() {
        return "auditor";
    }

    @Override
    public String product() {
        return "auditor";
    }

    @Override
    public Keeps keeps() {
        return new Keeps(true, "worst case, durable", "events in PostgreSQL", "before the call, and after it");
    }

    @Override
    public boolean ages() {
        return true;
    }

    @Override
    public String install(Place place) throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD")
                .directory(place.project().toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        git.waitFor();
        return commit;
    }

    /** The key outlives the program, so the folder remembers it for the run after a kill. */
    @Override
    public Running start(Place place, Path data, BigDecimal limit) throws IOException, InterruptedException {
        AuditorProcess process = new AuditorProcess(place.project(), data, Ports.free(), place.upstream());
        try {
            Path remembered = Path.of(data + ".key");
            if (!Files.exists(remembered)) {
                JsonNode key = process.createKey(
                        "peers",
                        "[{\"limit\":\"%s\",\"window\":\"total\",\"kind\":\"hard\"}]".formatted(limit.toPlainString()));
                Files.writeString(
                        remembered,
                        key.get("id").asString() + "\n" + key.get("secret").asString());
            }
            List<String> key = Files.readAllLines(remembered);
            return new Program(process, postgresql(data), key.get(0), key.get(1));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Its PostgreSQL outlives it, so its process is found by the file in which PostgreSQL keeps its number. */
    private static Optional<ProcessHandle> postgresql(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data, 3)) {
            Optional<Path> number =
                    files.filter(file -> file.endsWith("postmaster.pid")).findFirst();
            return number.isEmpty()
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(
                            Files.readAllLines(number.get()).getFirst().strip()));
        }
    }

    private record Program(AuditorProcess process, Optional<ProcessHandle> postgresql, String key, String secret)
            implements Running {

        @Override
        public Load load() {
            return new Load(process.port(), Load.CHAT, List.of(secret));
        }

        /** The read model is a moment behind, so it is asked until it says the same as the ledger, twice. */
        @Override
        public Optional<Known> known() throws IOException, InterruptedException {
            Known before = null;
            for (int second = 0; second < 120; second++) {
                long settled = Measurement.calls(new BigDecimal(process.get("budgets?scope_type=key&scope_id=" + key)
                        .get("items")
                        .get(0)
                        .get("spent")
                        .asString()));
                BigDecimal spend = new BigDecimal(
                        process.get("spend?group_by=team").get("total").asString());
                Known now = new Known(settled, calls("open") + calls("expired"));
                if (now.equals(before) && Measurement.calls(spend) == settled) {
                    return Optional.of(now);
                }
                before = now;
                TimeUnit.SECONDS.sleep(1);
            }
            throw new IOException("after two minutes budgets and spend still disagree");
        }

        private long calls(String status) throws IOException, InterruptedException {
            return process.get("calls?limit=1000&status=" + status).get("items").size();
        }

        @Override
        public List<ProcessHandle> processes() {
            return List.of(process.program());
        }

        @Override
        public List<ProcessHandle> stores() {
            return postgresql.stream().flatMap(Peer::withDescendants).toList();
        }

        @Override
        public void close() throws IOException {
            process.close();
        }
    }
}
