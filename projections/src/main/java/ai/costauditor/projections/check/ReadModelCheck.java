package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.Effect;
import ai.costauditor.ledger.check.Examination;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.ledger.check.StoredEvent;
import org.jspecify.annotations.Nullable;

/** Adds up the events that the read models have seen, and then reads the tables. */
abstract class ReadModelCheck implements Examination {

    private final Reader reader;
    private final @Nullable String organisation;

    ReadModelCheck(Reader reader, @Nullable String organisation) {
        this.reader = reader;
        this.organisation = organisation;
    }

    /** An event that is in the read models. */
    protected abstract void count(StoredEvent event, Effect effect);

    @Override
    public final void see(StoredEvent event, Effect effect) {
        if (reader.hasSeen(event)) {
            count(event, effect);
        }
    }

    /** With {@code where …} for {@code :organisation} in the statement, if there is one. */
    protected final void query(Store store, String sql, Store.RowReader rows) {
        String where = organisation == null ? "true" : "organisation = ?";
        String statement = sql.replace(":organisation", where);
        if (organisation == null) {
            store.query(statement, rows);
        } else {
            store.query(statement, rows, organisation);
        }
    }
}
