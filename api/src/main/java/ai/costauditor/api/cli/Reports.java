package ai.costauditor.api.cli;

import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Report;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A report as people and as programs read it. */
final class Reports {

    static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Reports() {}

    static String text(Report report) {
        StringBuilder text = new StringBuilder();
        for (Line line : report.lines()) {
            text.append("%-6s %-32s %s%n"
                    .formatted(
                            line.isFine() ? "ok" : "WRONG",
                            line.name(),
                            line.compared().isEmpty() ? "nothing to compare" : compared(line)));
            if (!line.isFine()) {
                text.append("       %s%n".formatted(differences(line)));
                line.first()
                        .forEach(difference ->
                                text.append("       - ").append(difference).append('\n'));
            }
        }
        long wrong = report.lines().stream().filter(line -> !line.isFine()).count();
        return text.append("%n%s: %,d events up to position %d, as of %s%s%n"
                        .formatted(
                                wrong == 0
                                        ? "everything agrees"
                                        : "%d of %d do not agree"
                                                .formatted(wrong, report.lines().size()),
                                report.events(),
                                report.position(),
                                report.at(),
                                report.organisation() == null ? "" : ", of " + report.organisation() + " only"))
                .toString();
    }

    private static String compared(Line line) {
        return line.compared().entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String differences(Line line) {
        return line.differences() <= Line.NAMED
                ? line.differences() + (line.differences() == 1 ? " difference:" : " differences:")
                : String.format(Locale.ROOT, "%,d differences, the first %d:", line.differences(), Line.NAMED);
    }

    static String json(Report report) {
        return JSON.writeValueAsString(members(report)) + "\n";
    }

    static Map<String, Object> members(Report report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("fine", report.isFine());
        json.put("at", report.at().toString());
        json.put("position", report.position());
        json.put("events", report.events());
        if (report.organisation() != null) {
            json.put("organisation", report.organisation());
        }
        json.put("invariants", report.lines().stream().map(Reports::json).toList());
        return json;
    }

    private static Map<String, Object> json(Line line) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", line.name());
        json.put("fine", line.isFine());
        json.put("compared", line.compared());
        json.put("differences", line.differences());
        json.put("first", line.first());
        return json;
    }
}
