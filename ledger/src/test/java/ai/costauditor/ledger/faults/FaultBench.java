package ai.costauditor.ledger.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The long run of {@link FaultRun}; {@code bench/run faults --help}. */
public final class FaultBench {

    private static final String USAGE =
            "usage: bench/run faults [--kills 50] [--seed S] [--minutes 240] [--json FILE]\n";

    private FaultBench() {}

    public static void main(String[] args) throws Exception {
        if (List.of(args).contains("--help") || args.length % 2 != 0) {
            System.out.print(USAGE);
            System.exit(List.of(args).contains("--help") ? 0 : 2);
        }
        System.setProperty("logging.level.ai.costauditor", "error");
        // it cannot stop a server that was killed
        System.setProperty("logging.level.io.zonky", "off");
        Map<String, String> options = new HashMap<>(Map.of("kills", "50", "minutes", "240"));
        for (int i = 0; i < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        System.exit(run(options) ? 0 : 1);
    }

    private static boolean run(Map<String, String> options) throws Exception {
        long seed = Long.parseLong(options.getOrDefault("seed", Long.toString(System.nanoTime())));
        String kills = options.getOrDefault("kills", "50");
        System.out.println("bench/run faults --kills " + kills + " --seed " + seed);
        long start = System.nanoTime();
        FaultRun run = new FaultRun(
                seed, line -> System.out.printf(Locale.ROOT, "%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, line));
        run.run(Integer.parseInt(kills), Duration.ofMinutes(Long.parseLong(options.getOrDefault("minutes", "0"))));
        System.out.println(run.report());
        String json = options.get("json");
        if (json != null) {
            Files.writeString(Path.of(json), run.json());
        }
        return run.wrongs().areNone();
    }
}
