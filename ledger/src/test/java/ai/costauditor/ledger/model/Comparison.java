package ai.costauditor.ledger.model;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.BudgetAccount.State;
import ai.costauditor.ledger.budgets.BudgetEvent.LimitsSet;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Holds the model against the answers and the record, and counts what was compared. */
final class Comparison {

    private static final int REMEMBERED = 2_000;
    private static final int SHOWN = 12;

    private final Model model;
    private final Recorded recorded;
    private final Map<String, Long> commands = new TreeMap<>();
    private final Map<String, Long> answers = new TreeMap<>();
    private final Deque<Sent> lately = new ArrayDeque<>();
    private Instant beginning = Instant.MIN;
    private long transaction = -1;

    Comparison(Model model, Recorded recorded) {
        this.model = model;
        this.recorded = recorded;
    }

    /** @throws AssertionError with the first difference */
    void compare(List<Sent> sent, Instant from) {
        beginning = from;
        recorded.read(beginning);
        sent.forEach(this::compare);
        endOfBatch();
        if (!recorded.left().isEmpty()) {
            Recorded.Stored first = recorded.left().getFirst();
            throw differs(first.stream(), "nothing more", first);
        }
    }

    private void compare(Sent sent) {
        Object actual = answer(sent);
        lately.addLast(sent);
        if (lately.size() > REMEMBERED) {
            lately.removeFirst();
        }
        Object expected;
        try {
            Plan plan = model.plan(sent.command());
            if (plan.records()) {
                enterBatch(sent.command().stream());
            }
            Plan.Outcome outcome = plan.carryOut().get();
            expected = outcome.answer();
            outcome.events().forEach(event -> compareEvent(sent.command().stream(), event));
        } catch (RuleViolated e) {
            expected = e.code();
        }
        if (!Objects.equals(expected, actual)) {
            throw differs(sent.command().stream(), expected, actual);
        }
        commands.merge(sent.command().getClass().getSimpleName(), 1L, Long::sum);
        answers.merge(kind(actual), 1L, Long::sum);
    }

    private static @Nullable Object answer(Sent sent) {
        try {
            return sent.answer().join();
        } catch (CompletionException e) {
            return e.getCause() instanceof RuleViolated rule ? rule.code() : e.getCause();
        }
    }

    private static String kind(@Nullable Object answer) {
        return switch (answer) {
            case null -> "nothing";
            case Authorised a -> "authorised";
            case Refused r -> "refused: " + r.reason();
            case RuleViolated.Code code -> "rule: " + code;
            default -> answer.getClass().getSimpleName();
        };
    }

    /**
     * The next event of the command's stream belongs to the running transaction, or that one is over. What is recorded of
     * scopes at the end of a batch comes after what commands have recorded there.
     */
    private void enterBatch(String stream) {
        Recorded.Stored next = recorded.peek(stream);
        if (next != null && (next.transaction() != transaction || next.isOfTheEndOfABatch())) {
            endOfBatch();
            next = recorded.peek(stream);
            transaction = next == null ? transaction : next.transaction();
        }
    }

    private void endOfBatch() {
        model.endOfBatch().forEach((stream, events) -> events.forEach(event -> compareEvent(stream, event)));
    }

    private void compareEvent(String stream, Object expected) {
        if (Recorded.isOver(expected, beginning)) {
            return;
        }
        Recorded.Stored stored = recorded.take(stream);
        Object event = stored == null ? null : stored.event();
        Object inFull = expected instanceof LimitsSet set && event instanceof LimitsSet actual
                ? withOpening(set, actual)
                : expected;
        if (stored == null || stored.transaction() != transaction || !inFull.equals(event)) {
            throw differs(stream, inFull, stored);
        }
    }

    /** A scope opens with all that its keys have spent and hold; of days that are over, some are forgotten. */
    private LimitsSet withOpening(LimitsSet expected, LimitsSet actual) {
        List<State> opening = actual.opening();
        if (expected.opening() == null || opening == null) {
            return expected;
        }
        Sums sums = model.sums(expected.scope());
        for (BudgetWindow kind : BudgetWindow.values()) {
            Sums.Window window =
                    sums.window(kind, Objects.requireNonNull(expected.change().at()));
            Sums.Sum sum = sums.at(kind, window.start());
            State said = opening.stream()
                    .filter(state -> state.window() == kind && state.start().equals(window.start()))
                    .findFirst()
                    .orElse(new State(
                            kind, window.start(), Millionths.money(0), Millionths.money(0), Millionths.money(0)));
            State counted = new State(
                    kind,
                    window.start(),
                    Millionths.money(sum.spent),
                    Millionths.money(sum.held),
                    Millionths.money(sum.unresolved));
            if (!said.equals(counted)) {
                throw differs(String.valueOf(expected.scope()), counted, said);
            }
        }
        return new LimitsSet(expected.scope(), expected.limits(), expected.zone(), opening, expected.change());
    }

    private AssertionError differs(String stream, @Nullable Object expected, @Nullable Object actual) {
        List<String> ofStream = lately.stream()
                .filter(sent -> sent.command().stream().equals(stream))
                .map(sent -> sent.command() + "\n    -> " + answer(sent))
                .toList();
        return new AssertionError("in " + stream + " the model expects\n  " + expected + "\nand the ledger says\n  "
                + actual + "\nafter the commands\n  "
                + String.join("\n  ", ofStream.subList(Math.max(0, ofStream.size() - SHOWN), ofStream.size())));
    }

    Map<String, Long> commands() {
        return commands;
    }

    Map<String, Long> answers() {
        return answers;
    }
}
