package ai.costauditor.bench;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The full path (two durable events per call) beside two baselines of the same run: the upstream itself, and a Spring
 * Cloud Gateway that only forwards. Afterwards the provider's own bill is compared with the ledger's.
 */
@CommandLine.Command(
        name = "bench/run gateway",
        mixinStandardHelpOptions = true,
        description = "Calls per second and added latency of the gateway, beside its baselines.")
public final class GatewayBench implements Callable<Integer> {

    @CommandLine.Option(
            names = "--connections",
            split = ",",
            defaultValue = "1,32,128",
            description = "default: ${DEFAULT-VALUE}")
    private List<Integer> connections = List.of();

    @CommandLine.Option(
            names = "--seconds",
            defaultValue = "8",
            description = "of each measurement; default: ${DEFAULT-VALUE}")
    private int seconds;

    @CommandLine.Option(
            names = "--rounds",
            defaultValue = "3",
            description = "the median counts; default: ${DEFAULT-VALUE}")
    private int rounds;

    @CommandLine.Option(
            names = "--rate",
            defaultValue = "0",
            description = "open loop at this many calls/s; 0 is a closed loop")
    private double rate;

    @CommandLine.Option(
            names = "--keys",
            defaultValue = "16",
            description = "virtual keys; 1 is one hot key; default: ${DEFAULT-VALUE}")
    private int keys;

    @CommandLine.Option(
            names = "--warm-up",
            defaultValue = "120",
            description =
                    "seconds before anything counts, while the compilers of the JVMs work; default: ${DEFAULT-VALUE}")
    private int warmUp;

    @CommandLine.Option(
            names = "--only",
            split = ",",
            description = "upstream, bare gateway, auditor: those alone, for a profiler")
    private List<String> only = List.of();

    @CommandLine.Option(names = "--plot", description = "draw calls/s into this PNG file")
    private @org.jspecify.annotations.Nullable Path plot;

    @CommandLine.Option(names = "--json", description = "write the figures to this file as well")
    private @org.jspecify.annotations.Nullable Path json;

    @CommandLine.Option(names = "--project", defaultValue = ".", hidden = true)
    private Path project = Path.of(".");

    public static void main(String[] args) {
        System.exit(new CommandLine(new GatewayBench()).execute(args));
    }

    /** A thing that is measured. */
    private record Target(String name, Load load, List<ProcessHandle> programs) {}

    /** @param cpu of the programs, while the calls were made */
    private record Round(Load.Result load, Duration cpu) {

        double cpuMillisPerCall() {
            return cpu.toNanos() / 1e6 / Math.max(1, load.ok());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("auditor-bench");
        int barePort = Ports.free();
        try (FakeUpstream upstream = new FakeUpstream();
                var bare = BareProcess.start(barePort, upstream.port());
                AuditorProcess auditor = new AuditorProcess(project, data, Ports.free(), upstream.port())) {
            List<String> secrets = new ArrayList<>();
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < keys; i++) {
                JsonNode key = auditor.createKey(
                        "bench-" + i, "[{\"limit\":\"100000\",\"window\":\"month\",\"kind\":\"hard\"}]");
                secrets.add(key.get("secret").asString());
                ids.add(key.get("id").asString());
            }
            List<Target> targets = Stream.of(
                            new Target(
                                    "upstream", new Load(upstream.port(), Load.CHAT, List.of("sk-bench")), List.of()),
                            new Target(
                                    "bare gateway",
                                    new Load(barePort, Load.CHAT, List.of("sk-bench")),
                                    List.of(bare.program())),
                            new Target("auditor", new Load(auditor.port(), Load.CHAT, secrets), auditor.programs()))
                    .filter(target -> only.isEmpty() || only.contains(target.name()))
                    .toList();
            System.out.println("warming up");
            for (Target target : targets) {
                target.load().run(32, 0, Duration.ofSeconds(warmUp));
            }
            CommitFigures commits = auditor.commits();
            List<Map<String, Object>> figures = measure(targets);
            long rss = auditor.residentMebibytes();
            double batch = auditor.commits().since(commits).meanBatch();
            System.out.printf(
                    Locale.ROOT, "auditor: resident memory %d MiB, %.1f commands in a commit on average%n", rss, batch);
            boolean agreed = ledgerAgrees(auditor, ids, targets.getLast().load().answered());
            if (plot != null) {
                Plot.write(plot, figures);
            }
            if (json != null) {
                Map<String, Object> report = new LinkedHashMap<>();
                report.put("at", Instant.now().toString());
                report.put("rss_mib", rss);
                report.put("commands_per_commit", batch);
                report.put("ledger_agrees", agreed);
                report.put("figures", figures);
                Files.writeString(
                        json,
                        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
            }
            return agreed ? 0 : 1;
        }
    }

    private List<Map<String, Object>> measure(List<Target> targets) throws InterruptedException {
        List<Map<String, Object>> figures = new ArrayList<>();
        System.out.printf(
                "%-14s %6s %10s %9s %9s %9s %10s %10s %8s %11s  %s%n",
                "target",
                "conns",
                "calls/s",
                "p50 ms",
                "p99 ms",
                "p99.9 ms",
                "added p50",
                "added p99",
                "ratio",
                "cpu ms/call",
                "not 200");
        for (int c : connections) {
            Map<String, List<Round>> results = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                for (Target target : targets) {
                    Duration before = CpuTime.of(target.programs());
                    Load.Result result = target.load().run(c, rate, Duration.ofSeconds(seconds));
                    results.computeIfAbsent(target.name(), name -> new ArrayList<>())
                            .add(new Round(result, CpuTime.of(target.programs()).minus(before)));
                }
            }
            List<Round> none = results.values().iterator().next();
            double baseline =
                    median(results.getOrDefault("bare gateway", none)).load().callsPerSecond();
            Load.Result direct = median(results.getOrDefault("upstream", none)).load();
            results.forEach((name, all) -> {
                Round round = median(all);
                Load.Result median = round.load();
                long bad = all.stream()
                        .flatMap(result -> result.load().statuses().entrySet().stream())
                        .filter(entry -> entry.getKey() != 200)
                        .mapToLong(Map.Entry::getValue)
                        .sum();
                System.out.printf(
                        "%-14s %6d %10.0f %9.2f %9.2f %9.2f %10.2f %10.2f %8.2f %11.3f  %d%n",
                        name,
                        c,
                        median.callsPerSecond(),
                        median.millisAt(50),
                        median.millisAt(99),
                        median.millisAt(99.9),
                        median.millisAt(50) - direct.millisAt(50),
                        median.millisAt(99) - direct.millisAt(99),
                        median.callsPerSecond() / baseline,
                        round.cpuMillisPerCall(),
                        bad);
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("target", name);
                row.put("connections", c);
                row.put("calls_per_second", Math.round(median.callsPerSecond()));
                row.put("p50_ms", median.millisAt(50));
                row.put("p99_ms", median.millisAt(99));
                row.put("p999_ms", median.millisAt(99.9));
                row.put("ratio_to_bare_gateway", median.callsPerSecond() / baseline);
                row.put("cpu_ms_per_call", round.cpuMillisPerCall());
                row.put("not_200", bad);
                figures.add(row);
            });
        }
        return figures;
    }

    private static Round median(List<Round> results) {
        return results.stream()
                .sorted(Comparator.comparingDouble(round -> round.load().callsPerSecond()))
                .skip(results.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    /** Nothing is open or unknown, nothing was spent beyond a limit, and every call that was answered is in the record. */
    private static boolean ledgerAgrees(AuditorProcess auditor, List<String> ids, long answered)
            throws IOException, InterruptedException {
        for (int second = 0; second < 60; second++) {
            BigDecimal held = BigDecimal.ZERO;
            BigDecimal unresolved = BigDecimal.ZERO;
            BigDecimal spent = BigDecimal.ZERO;
            BigDecimal overspent = BigDecimal.ZERO;
            for (String id : ids) {
                for (JsonNode item :
                        auditor.get("budgets?scope_type=key&scope_id=" + id).get("items")) {
                    held = held.add(new BigDecimal(item.get("held").asString()));
                    unresolved =
                            unresolved.add(new BigDecimal(item.get("unresolved").asString()));
                    spent = spent.add(new BigDecimal(item.get("spent").asString()));
                    overspent =
                            overspent.max(new BigDecimal(item.get("available").asString()).negate());
                }
            }
            JsonNode spend = auditor.get("spend?group_by=team");
            BigDecimal total = new BigDecimal(spend.get("total").asString());
            long recorded = 0;
            for (JsonNode group : spend.get("groups")) {
                recorded += group.get("calls").asLong();
            }
            // the read models follow the record: the last calls may not be in them yet
            if (held.signum() == 0 && spent.compareTo(total) == 0 && recorded >= answered) {
                System.out.printf(
                        "ledger: spent %s, held %s, unresolved %s, overspent %s; spend page: %s%n",
                        spent, held, unresolved, overspent.max(BigDecimal.ZERO), total);
                System.out.printf("calls answered %d, recorded %d, lost %d%n", answered, recorded, answered - recorded);
                return unresolved.signum() == 0 && overspent.signum() <= 0;
            }
            TimeUnit.SECONDS.sleep(1);
        }
        System.out.println("after a minute calls are missing, money is still held, or budgets and spend disagree");
        return false;
    }
}
