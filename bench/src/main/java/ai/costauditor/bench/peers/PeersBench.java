package ai.costauditor.bench.peers;

import ai.costauditor.bench.FakeUpstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Each peer alone, one after the other, in front of the same provider and behind the same load. */
@CommandLine.Command(
        name = "bench/run peers",
        mixinStandardHelpOptions = true,
        description = "The same load on what people use today, and what each still knows after kill -9.")
public final class PeersBench implements Callable<Integer> {

    @CommandLine.Option(names = "--only", split = ",", description = "names or products; default: all")
    private List<String> only = List.of();

    @CommandLine.Option(
            names = "--seconds",
            defaultValue = "8",
            description = "of each round; default: ${DEFAULT-VALUE}")
    private int seconds;

    @CommandLine.Option(
            names = "--rounds",
            defaultValue = "3",
            description = "the median counts; default: ${DEFAULT-VALUE}")
    private int rounds;

    @CommandLine.Option(
            names = "--warm-up",
            defaultValue = "30",
            description = "seconds of calls before each speed that is measured; default: ${DEFAULT-VALUE}")
    private int warmUp;

    @CommandLine.Option(names = "--connections", defaultValue = "32", description = "default: ${DEFAULT-VALUE}")
    private int connections;

    @CommandLine.Option(
            names = "--age",
            defaultValue = "200000",
            description = "calls after which a peer whose state grows is measured again; default: ${DEFAULT-VALUE}")
    private long age;

    @CommandLine.Option(names = "--json", description = "write the figures to this file as well")
    private @Nullable Path json;

    @CommandLine.Option(names = "--markdown", description = "write the table to this file as well")
    private @Nullable Path markdown;

    @CommandLine.Option(names = "--project", defaultValue = ".", hidden = true)
    private Path project = Path.of(".");

    public static void main(String[] args) {
        System.exit(new CommandLine(new PeersBench()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Peer> peers = Peers.ALL.stream()
                .filter(peer -> only.isEmpty() || only.contains(peer.name()) || only.contains(peer.product()))
                .toList();
        if (peers.isEmpty()) {
            System.err.println("there are only "
                    + String.join(", ", Peers.ALL.stream().map(Peer::name).toList()));
            return 2;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy), "end-peers"));
        List<Row> rows = new ArrayList<>();
        Path scratch = Files.createTempDirectory("auditor-peers");
        for (Peer peer : peers) {
            System.out.println(peer.name() + " …");
            try (FakeUpstream upstream = new FakeUpstream()) {
                Peer.Place place = new Peer.Place(project, project.resolve("bench/target/peers"), upstream.port());
                rows.add(row(
                        peer,
                        place,
                        new Measurement(
                                place,
                                upstream,
                                scratch,
                                connections,
                                Duration.ofSeconds(seconds),
                                Duration.ofSeconds(warmUp),
                                rounds,
                                age)));
            }
            // the whole takes long, and whoever ends it keeps what he has
            System.out.println(new Report(List.of(rows.getLast()), connections).text());
            keep(new Report(rows, connections));
        }
        System.out.println(new Report(rows, connections).text());
        if (rows.stream().allMatch(row -> row.troubles().isEmpty())) {
            delete(scratch);
            return 0;
        }
        System.out.println("logs: " + scratch);
        return 1;
    }

    private void keep(Report report) throws IOException {
        if (json != null) {
            Files.writeString(json, report.json());
        }
        if (markdown != null) {
            Files.writeString(markdown, report.markdown());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Row row(Peer peer, Peer.Place place, Measurement measurement) throws InterruptedException {
        List<String> troubles = new ArrayList<>();
        String version = answer(troubles, () -> peer.install(place));
        if (version == null) {
            return new Row(peer.name(), "", peer.keeps(), List.of(), null, null, troubles);
        }
        List<Measurement.Speed> speeds = answer(troubles, () -> measurement.speed(peer));
        Measurement.Crash crash = null;
        Measurement.Crowd crowd = null;
        if (speeds != null && !(peer instanceof Direct)) {
            crash = answer(troubles, () -> measurement.crash(peer));
        }
        if (speeds != null && peer.keeps().budgets()) {
            crowd = answer(troubles, () -> measurement.crowd(peer));
        }
        return new Row(peer.name(), version, peer.keeps(), speeds == null ? List.of() : speeds, crash, crowd, troubles);
    }

    /** One question that fails does not take the answers of the others along. */
    private static <T> @Nullable T answer(List<String> troubles, Callable<T> question) throws InterruptedException {
        try {
            return question.call();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            troubles.add(e instanceof NotRunning ? String.valueOf(e.getMessage()) : e.toString());
            return null;
        }
    }
}
