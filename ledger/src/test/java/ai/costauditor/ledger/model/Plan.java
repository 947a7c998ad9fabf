package ai.costauditor.ledger.model;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the model would do with a command, before it has done it.
 *
 * @param records whether there will be events
 */
record Plan(boolean records, Supplier<Outcome> carryOut) {

    /**
     * @param answer what the caller must have got
     * @param events of the command's stream
     */
    record Outcome(@Nullable Object answer, List<?> events) {}

    static Plan onlyAnswers(Supplier<@Nullable Object> answer) {
        return new Plan(false, () -> new Outcome(answer.get(), List.of()));
    }

    static Plan records(Supplier<Outcome> carryOut) {
        return new Plan(true, carryOut);
    }
}
