package ai.costauditor.ledger.check;

import java.util.List;

/** The invariants of the ledger; those of the read models are where the read models are. */
final class Examinations {

    private Examinations() {}

    static List<Examination> ofTheLedger(Book book, Check.Scope check) {
        KeyBudgets keys = new KeyBudgets(book);
        ScopesAbove scopes = new ScopesAbove(book, keys);
        return List.of(
                new OrderOfEvents(),
                new Charges(),
                keys,
                scopes,
                new Thresholds(book, keys, scopes),
                new Replays(book, keys, scopes, check),
                new OpenHoldTable(book, check.organisation()),
                new PolicyCounts(),
                new Directories(book, scopes, check.organisation()),
                new PriceBooks(check.organisation()));
    }
}
