package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.CallState;
import ai.costauditor.ledger.check.CallState.Status;
import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Line;
import ai.costauditor.ledger.check.Micros;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.ledger.check.StoredEvent;
import ai.costauditor.ledger.money.Money;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every answer that was paid for is either the first to its request or a copy of one. */
final class WasteCheck extends ReadModelCheck {

    private static final Set<String> ANSWERED = Set.of("completed", "client_left");

    private static final String ANSWERS = """
            select organisation, key_id, model, (at at time zone 'UTC')::date as day,
                   count(*) as answers, sum(paid) as paid
            from (select organisation, key_id, model, started_at as at, cost as paid from waste_prompt
                  union all
                  select organisation, key_id, model, at, wasted as paid from waste_repeat) answer
            where :organisation group by 1, 2, 3, 4 order by 1, 2, 4, 3""";

    private static final String COPIES_OF_NOTHING = """
            select call_id from waste_repeat
            where not exists (select from waste_prompt prompt
                where prompt.organisation = waste_repeat.organisation and prompt.fingerprint = waste_repeat.fingerprint)
              and :organisation
            order by call_id""";

    private final Line line = new Line("repeated prompts");
    private final Map<Cell, Paid> answers = new HashMap<>();

    WasteCheck(Reader reader, @Nullable String organisation) {
        super(reader, organisation);
    }

    private record Cell(String organisation, String key, String model, LocalDate day) {}

    private record Paid(long answers, Money amount) {
        Paid plus(Paid other) {
            return new Paid(answers + other.answers, amount.plus(other.amount));
        }

        @Override
        public String toString() {
            return answers + " answers for " + amount;
        }
    }

    @Override
    protected void count(StoredEvent event, Effect effect) {
        if (effect instanceof Effect.Step step && step.before() != null) {
            CallState call = step.after();
            Money cost = call.cost();
            boolean settled = call.status() == Status.SETTLED || call.status() == Status.SETTLED_LATE;
            if (settled && cost != null && isAnswered(call)) {
                Cell cell = new Cell(
                        call.owner().organisation(),
                        call.owner().key(),
                        call.model(),
                        LocalDate.ofInstant(Micros.of(call.startedAt()), ZoneOffset.UTC));
                answers.merge(cell, new Paid(1, cost), Paid::plus);
            }
        }
    }

    private static boolean isAnswered(CallState call) {
        String fingerprint = call.request().fingerprint();
        return call.end() != null
                && ANSWERED.contains(call.end().outcome())
                && fingerprint != null
                && !fingerprint.isBlank();
    }

    @Override
    public void end(Store store) {
        query(store, ANSWERS, row -> {
            line.compared("answers", row.getLong("answers"));
            Cell cell = new Cell(
                    row.getString("organisation"),
                    row.getString("key_id"),
                    row.getString("model"),
                    row.getObject("day", LocalDate.class));
            Paid kept = new Paid(row.getLong("answers"), new Money(row.getBigDecimal("paid")));
            Paid recorded = answers.remove(cell);
            if (!kept.equals(recorded)) {
                say(cell, kept.toString(), recorded == null ? "none" : recorded.toString());
            }
        });
        answers.forEach((cell, recorded) -> say(cell, "none", recorded.toString()));
        query(
                store,
                COPIES_OF_NOTHING,
                row -> line.differs(row.getString("call_id") + " is a copy of an answer that is not there"));
    }

    private void say(Cell cell, String kept, String recorded) {
        line.differs(cell.key() + ", " + cell.model() + ", " + cell.day() + ": the read model has " + kept
                + ", the record says " + recorded);
    }

    @Override
    public List<Line> lines() {
        return List.of(line);
    }
}
