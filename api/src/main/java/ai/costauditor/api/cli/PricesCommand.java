package ai.costauditor.api.cli;

import ai.costauditor.ledger.pricing.PriceChange;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./auditor prices diff FILE} and {@code import FILE}. */
@Command(
        name = "prices",
        mixinStandardHelpOptions = true,
        description = {
            "Compare and take over price lists.",
            "A list is a file in the format of ledger/src/main/resources/pricing; docs/pricing.md says how one is made.",
            "",
            "Exit code 0: fine. 1: the file cannot be used, or was refused. 2: wrong use."
        },
        synopsisSubcommandLabel = "(diff | import)")
public class PricesCommand {

    /** How a comparison is printed. */
    enum Format {
        text,
        json
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = {
                "Say what a price list would change: by model and kind, old and new price, per cent.",
                "Compared is with what a running program has now (as in import), else with the list that is shipped."
            })
    int diff(
            @Parameters(paramLabel = "FILE", description = "a price list") Path file,
            @Option(names = "--offline", description = "compare with the list that is shipped") boolean offline,
            @Option(
                            names = "--data",
                            description =
                                    "folder of a running ./auditor dev (default: AUDITOR_URL and AUDITOR_API_TOKEN)")
                    @Nullable Path data,
            @Option(
                            names = {"-o", "--output"},
                            defaultValue = "text",
                            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
                    Format format) {
        JsonNode list = read(file);
        RunningProgram program = offline ? null : RunningProgram.find(data, System.getenv());
        JsonNode changes = program == null
                ? offline(list, file)
                : program.post("/prices/diff", "application/json", list.toString())
                        .path("items");
        System.out.print(format == Format.json ? changes.toPrettyString() + "\n" : text(changes));
        return 0;
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = {
                "Take a price list over as a dated version, or enter a table of prices (.csv), in a running program.",
                "No charge that was made changes; calls that had no price are charged."
            })
    int take(
            @Parameters(paramLabel = "FILE", description = "a price list, or a table of prices whose name ends in .csv")
                    Path file,
            @Option(names = "--reason", required = true, description = "why; it stands in the record") String reason,
            @Option(names = "--from", description = "UTC, such as 2026-12-01T00:00:00Z; of a list only (default: now)")
                    @Nullable String from,
            @Option(
                            names = "--confirmed",
                            description = "of a table: prices that look like slips of units are meant so")
                    boolean confirmed,
            @Option(
                            names = "--data",
                            description =
                                    "folder of a running ./auditor dev (default: AUDITOR_URL and AUDITOR_API_TOKEN)")
                    @Nullable Path data) {
        RunningProgram program = RunningProgram.find(data, System.getenv());
        if (program == null) {
            throw new Trouble("no program to import into: name --data, or set AUDITOR_URL and AUDITOR_API_TOKEN");
        }
        String query = "?reason=" + URLEncoder.encode(reason, StandardCharsets.UTF_8);
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            JsonNode taken =
                    program.post("/prices/import" + query + "&confirmed=" + confirmed, "text/csv", content(file));
            System.out.println(taken.path("items").size() + " prices entered");
            return 0;
        }
        String begins = from == null ? "" : "&from=" + URLEncoder.encode(from, StandardCharsets.UTF_8);
        JsonNode taken = program.post(
                "/prices/import" + query + begins,
                "application/json",
                read(file).toString());
        System.out.println("imported as " + taken.path("version").asString() + ", which holds from "
                + taken.path("from").asString());
        return 0;
    }

    private static JsonNode offline(JsonNode list, Path file) {
        try {
            List<PriceChange> changes = PriceChange.sinceShipped(list, Instant.now());
            return JsonMapper.shared().valueToTree(changes);
        } catch (IllegalArgumentException e) {
            throw new Trouble(file + " is no price list: " + e.getMessage(), e);
        }
    }

    private static JsonNode read(Path file) {
        try {
            return JsonMapper.shared().readTree(content(file));
        } catch (JacksonException e) {
            throw new Trouble(file + " is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new Trouble(file + " cannot be read: " + e, e);
        }
    }

    static String text(JsonNode changes) {
        StringBuilder text = new StringBuilder();
        for (JsonNode change : changes) {
            String condition = change.path("condition").asString("");
            text.append("%-8s %-50s %-28s %14s -> %-14s %s%n"
                    .formatted(
                            change.path("change").asString(),
                            change.path("provider").asString() + "/"
                                    + change.path("model").asString(),
                            change.path("kind").asString() + (condition.isEmpty() ? "" : " (" + condition + ")"),
                            price(change, "before"),
                            price(change, "after"),
                            percent(change.path("percent").asString(""))));
        }
        Map<String, Long> counts = new java.util.TreeMap<>();
        changes.forEach(change -> counts.merge(change.path("change").asString(), 1L, Long::sum));
        return text.append(counts.isEmpty() ? "no price differs" : "prices: " + counts)
                .append(System.lineSeparator())
                .toString();
    }

    private static String price(JsonNode change, String field) {
        return change.path(field).isString() ? change.path(field).asString() : "none";
    }

    private static String percent(String percent) {
        return percent.isEmpty() ? "" : (percent.startsWith("-") ? "" : "+") + percent + " %";
    }
}
