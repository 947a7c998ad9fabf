package ai.costauditor.ledger.model;

import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;

/** The model counts in whole millionths, so that it shares no arithmetic with {@link Money}. */
final class Millionths {

    private Millionths() {}

    static long of(Money money) {
        return money.amount().movePointRight(6).longValueExact();
    }

    static Money money(long millionths) {
        return new Money(BigDecimal.valueOf(millionths, 6));
    }
}
