package ai.costauditor.projections.usage;

import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.periods.AfterClose;
import ai.costauditor.projections.Rows;
import ai.costauditor.projections.Rows.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** An adjustment as a row, made once and never changed. */
class AdjustmentRow {

    private static final Rows ROWS = new Rows(
            "usage_adjustment",
            new Rows.Columns()
                    .add(
                            Type.TEXT,
                            "id",
                            "adjustment",
                            "organisation",
                            "key_id",
                            "team_id",
                            "project_id",
                            "user_id",
                            "call_id",
                            "provider",
                            "model",
                            "kind",
                            "price_version",
                            "corrects",
                            "actor",
                            "reason")
                    .add(Type.NUMERIC, "amount", "unresolved")
                    .add(Type.TIME, "counts_at", "adjusted_at"),
            "");

    private final String id;
    private final Rows.Row row = ROWS.row();

    AdjustmentRow(ChargeAdjusted e) {
        UserId user = e.attribution().user();
        AfterClose afterClose = e.afterClose();
        id = e.key() + "/" + e.adjustment();
        row.set("id", id)
                .set("adjustment", e.adjustment().value())
                .set("organisation", e.attribution().organisation().value())
                .set("key_id", e.key().value())
                .set("team_id", e.attribution().team().value())
                .set("project_id", e.attribution().project().value())
                .set("user_id", user == null ? null : user.value())
                .set("kind", CallRows.text(e.kind()))
                .set("price_version", e.priceVersion())
                .set(
                        "corrects",
                        afterClose == null ? null : afterClose.corrects().toString())
                .set("actor", e.change().actor())
                .set("reason", e.change().reason())
                .set("amount", e.amount().amount())
                .set("counts_at", e.countsAt())
                .set("adjusted_at", e.change().at());
        corrects(e.corrected());
    }

    private void corrects(@Nullable Corrected call) {
        if (call != null) {
            row.set("call_id", call.call().value())
                    .set("provider", call.provider())
                    .set("model", call.model())
                    .set(
                            "unresolved",
                            call.unresolved() == null ? null : call.unresolved().amount());
        }
    }

    String id() {
        return id;
    }

    static void write(JdbcOperations database, List<AdjustmentRow> adjustments) {
        ROWS.write(
                database, adjustments.stream().map(adjustment -> adjustment.row).toList());
    }
}
