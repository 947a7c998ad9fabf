package ai.costauditor.ledger.check;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param at the moment of the database that was looked at (UTC)
 * @param position of the last event
 * @param organisation the only one that was looked at; none for all
 */
public record Report(
        Instant at, long position, long events, @Nullable String organisation, List<Line> lines) {

    public boolean isFine() {
        return lines.stream().allMatch(Line::isFine);
    }
}
