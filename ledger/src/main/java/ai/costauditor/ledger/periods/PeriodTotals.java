package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.usage.TokenKind;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What counts in a month, added up from the record. The groups of each list add up to the total.
 *
 * @param models as served, else as asked for; without an id what is about none
 * @param adjustments how many there are in the total
 * @param adjusted their sum, which is a part of the cost
 * @param openCalls that were authorised in the month and have not ended
 * @param unresolvedCalls that were authorised in the month and whose cost nobody knows
 * @param unresolved the most that they may have cost
 * @param events how many events were taken: the ends of calls, and adjustments
 * @param lastPosition of the last of them in the record; 0 if there is none
 */
public record PeriodTotals(
        Figures total,
        List<Group> teams,
        List<Group> projects,
        List<Group> keys,
        List<Group> models,
        long adjustments,
        Money adjusted,
        long openCalls,
        long unresolvedCalls,
        Money unresolved,
        long events,
        long lastPosition) {

    /**
     * @param calls that have ended, with a known or an unknown cost; released ones do not count
     * @param tokens by kind; kinds that are zero are left out
     */
    public record Figures(long calls, Money cost, Map<TokenKind, Long> tokens) {

        static final Figures NOTHING = new Figures(0, Money.ZERO, Map.of());

        public Figures {
            Map<TokenKind, Long> used = new EnumMap<>(TokenKind.class);
            tokens.forEach((kind, count) -> {
                if (count != 0) {
                    used.put(kind, count);
                }
            });
            tokens = Collections.unmodifiableMap(used);
        }

        Figures plus(Figures other) {
            Map<TokenKind, Long> sum = new EnumMap<>(TokenKind.class);
            sum.putAll(tokens);
            other.tokens.forEach((kind, count) -> sum.merge(kind, count, Long::sum));
            return new Figures(calls + other.calls, cost.plus(other.cost), sum);
        }

        static Figures oneCall() {
            return new Figures(1, Money.ZERO, Map.of());
        }

        static Figures oneCallLess() {
            return new Figures(-1, Money.ZERO, Map.of());
        }
    }

    /** @param id none for what belongs to none */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Group(@Nullable String id, Figures figures) {}

    @JsonIgnore
    public boolean isSettled() {
        return openCalls == 0 && unresolvedCalls == 0;
    }
}
