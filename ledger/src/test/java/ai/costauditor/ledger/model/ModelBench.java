package ai.costauditor.ledger.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The long run of {@link ModelRun}; {@code bench/run model --help}. */
public final class ModelBench {

    private static final String USAGE = """
            usage: bench/run model [--operations 1000000] [--seed S] [--clients 256] [--day 4000] [--minutes 60]
                                   [--json FILE]

              --day      commands of all clients between two comparisons, which is a day of the calendar
              --minutes  it ends then with what it has
            """;

    private ModelBench() {}

    public static void main(String[] args) throws Exception {
        if (List.of(args).contains("--help") || args.length % 2 != 0) {
            System.out.print(USAGE);
            System.exit(List.of(args).contains("--help") ? 0 : 2);
        }
        System.setProperty("logging.level.root", "warn");
        Map<String, String> options =
                new HashMap<>(Map.of("operations", "1000000", "clients", "256", "day", "4000", "minutes", "60"));
        for (int i = 0; i < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        System.exit(run(options) ? 0 : 1);
    }

    private static boolean run(Map<String, String> options) throws Exception {
        long seed = Long.parseLong(options.getOrDefault("seed", Long.toString(System.nanoTime())));
        ModelRun.Size size = new ModelRun.Size(
                number(options, "operations"),
                number(options, "clients"),
                number(options, "day"),
                Duration.ofMinutes(number(options, "minutes")));
        System.out.println("bench/run model --seed " + seed + " --operations " + size.operations() + " --clients "
                + size.clients() + " --day " + size.stepsPerRound());
        long start = System.nanoTime();
        try {
            ModelRun.Findings findings = new ModelRun(seed, size)
                    .run((done, events) ->
                            System.out.printf(Locale.ROOT, "\r%,d commands, %,d events compared", done, events));
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(Locale.ROOT, "%n%s%n  in %.0f s%n", findings, seconds);
            write(options.get("json"), findings, seconds);
            return true;
        } catch (AssertionError e) {
            System.out.println("\nseed " + seed + ": " + e.getMessage());
            return false;
        }
    }

    private static int number(Map<String, String> options, String name) {
        return Integer.parseInt(options.getOrDefault(name, "0"));
    }

    private static void write(
            @org.jspecify.annotations.Nullable String file, ModelRun.Findings findings, double seconds)
            throws Exception {
        if (file == null) {
            return;
        }
        List<String> fields = new ArrayList<>(List.of(
                "\"seed\": " + findings.seed(),
                "\"commands\": " + findings.operations(),
                "\"days\": " + findings.rounds(),
                "\"events\": " + findings.events(),
                "\"transactions\": " + findings.transactions(),
                "\"differences\": 0",
                String.format(Locale.ROOT, "\"seconds\": %.1f", seconds)));
        findings.answers().forEach((answer, count) -> fields.add("\"" + answer + "\": " + count));
        Files.writeString(Path.of(file), "{\n  " + String.join(",\n  ", fields) + "\n}\n");
    }
}
