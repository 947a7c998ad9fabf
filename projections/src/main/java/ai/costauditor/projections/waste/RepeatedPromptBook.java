package ai.costauditor.projections.waste;

import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.keys.KeyEvent.HoldExpired;
import ai.costauditor.ledger.keys.KeyEvent.HoldExtended;
import ai.costauditor.ledger.keys.KeyEvent.OfCall;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Projection;
import ai.costauditor.projections.Rows;
import ai.costauditor.projections.Rows.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds requests that were answered, and paid for, before. The first answer of an organisation, in the order of the
 * record, is the one that had to be paid; each later answer to the same fingerprint is a copy, whoever asked.
 */
class RepeatedPromptBook extends Projection<KeyEvent> {

    private static final Rows FIRST = new Rows(
            "waste_prompt",
            new Rows.Columns()
                    .add(Type.TEXT, "organisation", "fingerprint", "call_id", "key_id", "model")
                    .add(Type.TIME, "started_at")
                    .add(Type.NUMERIC, "cost"),
            "");

    private static final Rows COPIES = new Rows(
            "waste_repeat",
            new Rows.Columns()
                    .add(
                            Type.TEXT,
                            "call_id",
                            "organisation",
                            "fingerprint",
                            "team_id",
                            "project_id",
                            "user_id",
                            "key_id",
                            "model")
                    .add(Type.TIME, "at")
                    .add(Type.NUMERIC, "wasted"),
            "");

    private final JdbcOperations rows;

    RepeatedPromptBook(JdbcClient database, JdbcOperations rows) {
        super(database, KeyEvent.class, List.of("waste_prompt", "waste_repeat"));
        this.rows = rows;
    }

    private record Prompt(String organisation, String fingerprint) {}

    /** A call that was answered and whose cost is known. */
    private record Answer(OfCall event, CallRequest request, String model, Money cost, Instant startedAt) {

        static @Nullable Answer of(
                OfCall event, CallRequest request, CallEnd end, @Nullable Money cost, Instant startedAt) {
            boolean answered =
                    end.outcome() == CallEnd.Outcome.COMPLETED || end.outcome() == CallEnd.Outcome.CLIENT_LEFT;
            if (!answered
                    || cost == null
                    || request.fingerprint() == null
                    || request.fingerprint().isBlank()) {
                return null;
            }
            String model = end.modelServed() == null ? request.model() : end.modelServed();
            return new Answer(event, request, model, cost, startedAt);
        }

        Prompt prompt() {
            return new Prompt(event.attribution().organisation().value(), request.fingerprint());
        }

        Rows.Row first() {
            return FIRST.row()
                    .set("organisation", event.attribution().organisation().value())
                    .set("fingerprint", request.fingerprint())
                    .set("call_id", event.call().value())
                    .set("key_id", event.key().value())
                    .set("model", model)
                    .set("started_at", startedAt)
                    .set("cost", cost.amount());
        }

        Rows.Row copy() {
            var user = event.attribution().user();
            return COPIES.row()
                    .set("call_id", event.call().value())
                    .set("organisation", event.attribution().organisation().value())
                    .set("fingerprint", request.fingerprint())
                    .set("team_id", event.attribution().team().value())
                    .set("project_id", event.attribution().project().value())
                    .set("user_id", user == null ? null : user.value())
                    .set("key_id", event.key().value())
                    .set("model", model)
                    .set("at", startedAt)
                    .set("wasted", cost.amount());
        }
    }

    @Override
    protected void write(List<KeyEvent> events) {
        List<Answer> answers = new ArrayList<>();
        for (KeyEvent event : events) {
            Answer answer = answer(event);
            if (answer != null) {
                answers.add(answer);
            }
        }
        if (!answers.isEmpty()) {
            write(answers, answeredBefore(answers));
        }
    }

    private static @Nullable Answer answer(KeyEvent event) {
        return switch (event) {
            case CallSettled e -> Answer.of(e, e.request(), e.end(), e.charge().total(), e.authorisedAt());
            case CallSettledLate e ->
                Answer.of(e, e.request(), e.end(), e.charge().total(), e.authorisedAt());
            case CallAuthorised e -> null;
            case CallDenied e -> null;
            case CallReleased e -> null;
            case HoldExpired e -> null;
            case HoldExtended e -> null;
            case ChargeAdjusted e -> null;
            case KeyEvent.Administered e -> null;
            case KeyEvent.ThresholdReached e -> null;
        };
    }

    private Set<Prompt> answeredBefore(List<Answer> answers) {
        Set<Prompt> known = new HashSet<>();
        database.sql("select organisation, fingerprint from waste_prompt where fingerprint = any(:fingerprints)"
                        + " and organisation = any(:organisations)")
                .param(
                        "fingerprints",
                        answers.stream()
                                .map(a -> a.prompt().fingerprint())
                                .distinct()
                                .toArray(String[]::new))
                .param(
                        "organisations",
                        answers.stream()
                                .map(a -> a.prompt().organisation())
                                .distinct()
                                .toArray(String[]::new))
                .query(row -> {
                    known.add(new Prompt(row.getString("organisation"), row.getString("fingerprint")));
                });
        return known;
    }

    private void write(List<Answer> answers, Set<Prompt> known) {
        List<Rows.Row> first = new ArrayList<>();
        List<Rows.Row> copies = new ArrayList<>();
        for (Answer answer : answers) {
            if (known.add(answer.prompt())) {
                first.add(answer.first());
            } else {
                copies.add(answer.copy());
            }
        }
        FIRST.write(rows, first);
        COPIES.write(rows, copies);
    }
}
