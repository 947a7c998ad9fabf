package ai.costauditor.projections.check;

import ai.costauditor.ledger.money.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What some entries add up to. */
final class Sums {

    static final List<String> TOKENS = List.of(
            "input",
            "input_cached",
            "cache_write_5m",
            "cache_write_1h",
            "input_audio",
            "input_image",
            "output",
            "output_reasoning",
            "output_audio",
            "output_image");

    /** The token columns in SQL, added up. */
    static final String TOKEN_SUMS = TOKENS.stream()
            .map(kind -> "coalesce(sum(" + kind + "), 0) as " + kind)
            .collect(Collectors.joining(", "));

    private long entries;
    private long calls;
    private long unpriced;
    private long unknown;
    private Money cost = Money.ZERO;
    private Money reserved = Money.ZERO;
    /** The last one is of kinds that there is no column for. */
    private final long[] tokens = new long[TOKENS.size() + 1];

    void add(Entry entry, int sign) {
        entries += sign;
        calls += sign * entry.calls();
        cost = sign > 0 ? cost.plus(entry.cost()) : cost.minus(entry.cost());
        reserved = sign > 0 ? reserved.plus(entry.reserved()) : reserved.minus(entry.reserved());
        unpriced += sign * entry.unpriced();
        unknown += sign * entry.unknown();
        entry.tokens().forEach((kind, count) -> {
            int column = TOKENS.indexOf(kind);
            tokens[column < 0 ? TOKENS.size() : column] += sign * count;
        });
    }

    /** From columns entries, calls, cost, reserved, unpriced, unknown and the tokens. */
    static Sums of(ResultSet row) throws SQLException {
        Sums sums = new Sums();
        sums.entries = row.getLong("entries");
        sums.calls = row.getLong("calls");
        sums.cost = new Money(row.getBigDecimal("cost"));
        sums.reserved = new Money(row.getBigDecimal("reserved"));
        sums.unpriced = row.getLong("unpriced");
        sums.unknown = row.getLong("unknown");
        for (int i = 0; i < TOKENS.size(); i++) {
            sums.tokens[i] = row.getLong(TOKENS.get(i));
        }
        return sums;
    }

    boolean hasNoEntry() {
        return entries == 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sums that
                && entries == that.entries
                && calls == that.calls
                && unpriced == that.unpriced
                && unknown == that.unknown
                && cost.equals(that.cost)
                && reserved.equals(that.reserved)
                && Arrays.equals(tokens, that.tokens);
    }

    @Override
    public int hashCode() {
        return Objects.hash(calls, cost);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(calls + " calls, cost " + cost + ", reserved " + reserved);
        if (entries != calls) {
            text.append(", ").append(entries).append(" entries");
        }
        if (unpriced + unknown != 0) {
            text.append(", ")
                    .append(unpriced)
                    .append(" unpriced, ")
                    .append(unknown)
                    .append(" unknown");
        }
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] != 0) {
                text.append(", ")
                        .append(tokens[i])
                        .append(' ')
                        .append(i < TOKENS.size() ? TOKENS.get(i) : "of another kind");
            }
        }
        return text.toString();
    }
}
