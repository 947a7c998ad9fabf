package ai.costauditor.projections.waste;

import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.HoldExpired;
import ai.costauditor.ledger.keys.KeyEvent.HoldExtended;
import ai.costauditor.ledger.keys.KeyEvent.OfCall;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Projection;
import ai.costauditor.projections.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.axonframework.config.ProcessingGroup;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds requests that were answered, and paid for, before. The first answer of an organisation, in the order of the
 * record, is the one that had to be paid; each later answer to the same fingerprint is a copy, whoever asked.
 */
@ProcessingGroup(RepeatedPrompts.PROJECTION)
class RepeatedPromptBook extends Projection<KeyEvent> {

    private final NamedParameterJdbcOperations batches;

    RepeatedPromptBook(JdbcClient database, NamedParameterJdbcOperations batches) {
        super(database, KeyEvent.class, RepeatedPrompts.PROJECTION, List.of("waste_prompt", "waste_repeat"));
        this.batches = batches;
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

        MapSqlParameterSource row() {
            var user = event.attribution().user();
            return new MapSqlParameterSource("call", event.call().value())
                    .addValue("organisation", event.attribution().organisation().value())
                    .addValue("team", event.attribution().team().value())
                    .addValue("project", event.attribution().project().value())
                    .addValue("user", user == null ? null : user.value())
                    .addValue("key", event.key().value())
                    .addValue("fingerprint", request.fingerprint())
                    .addValue("model", model)
                    .addValue("at", Sql.time(startedAt))
                    .addValue("cost", cost.amount());
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
            case KeyEvent.Administered e -> null;
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
        List<SqlParameterSource> first = new ArrayList<>();
        List<SqlParameterSource> copies = new ArrayList<>();
        for (Answer answer : answers) {
            (known.add(answer.prompt()) ? first : copies).add(answer.row());
        }
        batch("""
                insert into waste_prompt (organisation, fingerprint, call_id, key_id, model, started_at, cost)
                values (:organisation, :fingerprint, :call, :key, :model, :at, :cost)
                """, first);
        batch("""
                insert into waste_repeat
                  (call_id, organisation, fingerprint, team_id, project_id, user_id, key_id, model, at, wasted)
                values (:call, :organisation, :fingerprint, :team, :project, :user, :key, :model, :at, :cost)
                """, copies);
    }

    private void batch(String sql, List<SqlParameterSource> rows) {
        if (!rows.isEmpty()) {
            batches.batchUpdate(sql, rows.toArray(SqlParameterSource[]::new));
        }
    }
}
