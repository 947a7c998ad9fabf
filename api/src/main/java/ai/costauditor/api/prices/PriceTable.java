package ai.costauditor.api.prices;

import ai.costauditor.api.web.InvalidField;
import ai.costauditor.ledger.pricing.PriceRule;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prices as a spreadsheet saves them (RFC 4180): the first line names the columns, each further line is one price. Lines that
 * differ in {@code price_of}, {@code price} and {@code per} alone are one entry of the price book.
 */
final class PriceTable {

    private static final Set<String> COLUMNS = Set.of(
            "kind", "provider", "model", "price_of", "price", "per", "percent", "tier", "region", "from", "until");

    private static final int MOST = 5_000;

    /** @param number of the first line of the entry, from 1 */
    record Line(int number, NewPrice price) {}

    /** What lines have in common that are one entry. */
    private record Entry(
            String kind,
            String provider,
            String model,
            @Nullable String percent,
            @Nullable String tier,
            @Nullable String region,
            @Nullable String from,
            @Nullable String until) {}

    private record Started(int number, Map<String, NewPrice.NewUnitPrice> prices) {}

    private PriceTable() {}

    /** @throws InvalidField if it cannot be read; the field names the line */
    static List<Line> read(String text, String reason) {
        List<List<String>> rows = rows(text);
        if (rows.size() < 2 || rows.size() > MOST) {
            throw new InvalidField("body", "has a line of column names, and 1 to " + (MOST - 1) + " prices");
        }
        List<String> columns = rows.getFirst().stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .toList();
        if (!COLUMNS.containsAll(columns) || !columns.containsAll(List.of("kind", "provider", "model"))) {
            throw new InvalidField("line 1", "has the columns kind, provider, model and some of " + COLUMNS);
        }
        Map<Entry, Started> entries = new LinkedHashMap<>();
        for (int i = 1; i < rows.size(); i++) {
            add(entries, i + 1, columns, rows.get(i));
        }
        return entries.entrySet().stream()
                .map(entry -> new Line(entry.getValue().number, price(entry.getKey(), entry.getValue(), reason)))
                .toList();
    }

    private static void add(Map<Entry, Started> entries, int number, List<String> columns, List<String> row) {
        if (row.size() != columns.size()) {
            throw new InvalidField("line " + number, "has " + row.size() + " fields, not " + columns.size());
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < row.size(); i++) {
            if (!row.get(i).isBlank()) {
                fields.put(columns.get(i), row.get(i).strip());
            }
        }
        Entry entry = new Entry(
                required(fields, "kind", number),
                required(fields, "provider", number),
                required(fields, "model", number),
                fields.get("percent"),
                fields.get("tier"),
                fields.get("region"),
                fields.get("from"),
                fields.get("until"));
        Started started = entries.computeIfAbsent(entry, e -> new Started(number, new LinkedHashMap<>()));
        if (fields.containsKey("price")) {
            String of = required(fields, "price_of", number);
            String price = fields.get("price");
            if (!String.valueOf(price).matches("\\d{1,9}(\\.\\d{1,12})?")) {
                throw new InvalidField("line " + number + ", price", "must be a decimal such as 2.50");
            }
            String per = fields.get("per");
            if (per != null && !per.matches("1|1000|1000000")) {
                throw new InvalidField("line " + number + ", per", "must be 1, 1000 or 1000000");
            }
            if (started.prices.putIfAbsent(of, new NewPrice.NewUnitPrice(String.valueOf(price), per, null)) != null) {
                throw new InvalidField("line " + number, "names a price of " + of + " for the second time");
            }
        }
    }

    private static String required(Map<String, String> fields, String column, int number) {
        String value = fields.get(column);
        if (value == null) {
            throw new InvalidField("line " + number + ", " + column, "must not be empty");
        }
        return value;
    }

    private static NewPrice price(Entry entry, Started started, String reason) {
        String percent = entry.percent;
        if (percent != null && !percent.matches("\\d{1,4}(\\.\\d{1,6})?")) {
            throw new InvalidField("line " + started.number + ", percent", "must be a decimal such as 12.5");
        }
        return new NewPrice(
                kind(entry.kind, started.number),
                entry.provider,
                entry.model,
                entry.tier,
                entry.region,
                null,
                null,
                started.prices,
                percent,
                time(entry.from, "from", started.number),
                time(entry.until, "until", started.number),
                reason,
                null);
    }

    private static PriceRule.Kind kind(String name, int number) {
        try {
            return PriceRule.Kind.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidField("line " + number + ", kind", "is override, own_model, discount or mark_up");
        }
    }

    private static @Nullable Instant time(@Nullable String text, String column, int number) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidField("line " + number + ", " + column, "must be an instant such as 2026-11-01T00:00:00Z");
        }
    }

    /** Fields may be quoted, with quotes inside doubled; lines end as they like. */
    private static List<List<String>> rows(String text) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        String all = text.startsWith("\uFEFF") ? text.substring(1) : text;
        for (int i = 0; i < all.length(); i++) {
            char c = all.charAt(i);
            if (quoted) {
                if (c != '"') {
                    field.append(c);
                } else if (i + 1 < all.length() && all.charAt(i + 1) == '"') {
                    field.append('"');
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"' && field.isEmpty()) {
                quoted = true;
            } else if (c == ',' || c == '\n') {
                row.add(field.toString());
                field.setLength(0);
                if (c == '\n') {
                    end(rows, row);
                    row = new ArrayList<>();
                }
            } else if (c != '\r') {
                field.append(c);
            }
        }
        row.add(field.toString());
        end(rows, row);
        return rows;
    }

    private static void end(List<List<String>> rows, List<String> row) {
        if (row.stream().anyMatch(field -> !field.isBlank())) {
            rows.add(row);
        }
    }
}
