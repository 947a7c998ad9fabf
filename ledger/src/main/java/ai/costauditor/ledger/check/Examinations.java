package ai.costauditor.ledger.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The invariants of the ledger; those of the read models are where the read models are. */
final class Examinations {

    private Examinations() {}

    static List<Examination> ofTheLedger(Book book, @Nullable String organisation) {
        KeyBudgets keys = new KeyBudgets(book);
        return List.of(new OrderOfEvents(), new Charges(), keys);
    }
}
