package ai.costauditor.projections.check;

import ai.costauditor.ledger.check.Book;
import ai.costauditor.ledger.check.Examination;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The invariants of the read models. */
public final class ReadModelChecks {

    private ReadModelChecks() {}

    /** @param organisation the only one to look at; none for all */
    public static List<Examination> of(Book book, @Nullable String organisation) {
        Reader reader = new Reader();
        return List.of(
                reader,
                new CallLogCheck(reader, organisation),
                new SpendCheck(reader, organisation),
                new AdjustmentCheck(reader, organisation),
                new BudgetCheck(reader, book, organisation),
                new KeyUseCheck(reader, organisation),
                new WasteCheck(reader, organisation));
    }
}
