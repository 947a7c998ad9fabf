package ai.costauditor.bench.peers;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/** The rows as a table for people, and as JSON for programs. */
final class Report {

    private static final List<String> HEADINGS = List.of(
            "peer",
            "version",
            "calls/s",
            "p50 ms",
            "p99 ms",
            "MiB",
            "store MiB",
            "not 200",
            "reservation",
            "record",
            "written",
            "lost by kill -9",
            "admitted, " + Measurement.FITTING + " of " + Measurement.CROWD + " fit");

    private final List<Row> rows;
    private final int connections;

    Report(List<Row> rows, int connections) {
        this.rows = rows;
        this.connections = connections;
    }

    String text() {
        List<List<String>> cells = cells();
        int[] widths = new int[HEADINGS.size()];
        for (List<String> line : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> line : cells) {
            for (int i = 0; i < widths.length; i++) {
                text.append(("%-" + (widths[i] + 2) + "s").formatted(line.get(i)));
            }
            text.append('\n');
        }
        return text + troubles("");
    }

    String markdown() {
        StringBuilder text = new StringBuilder();
        List<List<String>> cells = cells();
        text.append(line(cells.getFirst()))
                .append(line(HEADINGS.stream().map(heading -> "---").toList()));
        cells.stream().skip(1).forEach(line -> text.append(line(line)));
        return text + troubles("* ");
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private List<List<String>> cells() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADINGS);
        for (Row row : rows) {
            if (row.speeds().isEmpty()) {
                cells.add(cells(row, row.name(), List.of("", "", "", "", "", "")));
            }
            for (Measurement.Speed speed : row.speeds()) {
                boolean first = speed == row.speeds().getFirst();
                String name = first ? row.name() : row.name() + " after %,d calls".formatted(speed.before());
                cells.add(cells(
                        row,
                        name,
                        List.of(
                                "%.0f".formatted(speed.callsPerSecond()),
                                "%.2f".formatted(speed.p50()),
                                "%.2f".formatted(speed.p99()),
                                Long.toString(speed.mebibytes()),
                                Long.toString(speed.storeMebibytes()),
                                Long.toString(speed.notOk()))));
            }
        }
        return cells;
    }

    private static List<String> cells(Row row, String name, List<String> figures) {
        List<String> line = new ArrayList<>(List.of(name, row.version()));
        line.addAll(figures);
        line.addAll(List.of(
                row.keeps().reservation(), row.keeps().record(), row.keeps().written(), row.lost(), row.admitted()));
        return line;
    }

    private String troubles(String bullet) {
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            for (String trouble : row.troubles()) {
                text.append('\n')
                        .append(bullet)
                        .append(row.name())
                        .append(": ")
                        .append(trouble.indent(4).strip());
            }
        }
        return text.isEmpty() ? "" : text.append('\n').toString();
    }

    String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("at", Instant.now().toString());
        report.put("processors", Runtime.getRuntime().availableProcessors());
        report.put(
                "system",
                System.getProperty("os.name") + " "
                        + System.getProperty("os.arch").toLowerCase(Locale.ROOT));
        report.put("connections", connections);
        report.put("peers", rows);
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report);
    }
}
