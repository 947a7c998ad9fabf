package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.money.Money;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit in a window. A limit of zero means that nothing is allowed.
 *
 * @param thresholds percentages of the limit, ascending; the first settlement at or above one is an event of its own, once
 *     in each window. {@link #DEFAULT_THRESHOLDS} if none were named; an empty list for none at all
 * @param raise more for a while; it ends by itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BudgetLimit(
        Money limit,
        BudgetWindow window,
        Kind kind,
        @Nullable List<Integer> thresholds,
        @Nullable Raise raise) {

    public static final List<Integer> DEFAULT_THRESHOLDS = List.of(50, 80, 100);

    /** Hard limits refuse; soft ones only tell. */
    public enum Kind {
        @JsonProperty("hard")
        HARD,
        @JsonProperty("soft")
        SOFT
    }

    /**
     * @param by added to the limit
     * @param until the first moment (UTC) at which it no longer counts
     */
    public record Raise(Money by, Instant until) {
        public Raise {
            if (by.isNegative() || by.isZero()) {
                throw new IllegalArgumentException("a raise is more than zero");
            }
        }
    }

    @JsonCreator
    public BudgetLimit {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("a limit is zero or more");
        }
        if (thresholds != null) {
            thresholds = thresholds.stream().distinct().sorted().toList();
            if (thresholds.stream().anyMatch(percent -> percent < 1 || percent > 1000)) {
                throw new IllegalArgumentException("a threshold is a percentage from 1 to 1000");
            }
        }
    }

    public BudgetLimit(Money limit, BudgetWindow window, Kind kind) {
        this(limit, window, kind, null, null);
    }

    @JsonIgnore
    public boolean isHard() {
        return kind == Kind.HARD;
    }

    /** As it stands at a moment: higher by the raise as long as that lasts, and without it afterwards. */
    public BudgetLimit at(Instant moment) {
        if (raise == null) {
            return this;
        }
        return moment.isBefore(raise.until())
                ? new BudgetLimit(limit.plus(raise.by()), window, kind, thresholds, raise)
                : new BudgetLimit(limit, window, kind, thresholds, null);
    }

    /** The thresholds that hold, named or not. */
    public List<Integer> percentages() {
        return thresholds == null ? DEFAULT_THRESHOLDS : thresholds;
    }
}
