package ai.costauditor.ledger.check;

import ai.costauditor.ledger.check.CallState.Charge;
import ai.costauditor.ledger.check.CallState.Item;
import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** A charge is the sum of its lines, and a line is quantity × price, rounded once. */
final class Charges implements Examination {

    private final Line sums = new Line("sums of charges");
    private final Line items = new Line("lines of charges");

    @Override
    public void see(StoredEvent event, Effect effect) {
        if (effect instanceof Effect.Step step) {
            Charge charge = step.after().charge();
            if (charge != null
                    && (step.before() == null || charge != step.before().charge())) {
                look(event, charge);
            }
        }
    }

    private void look(StoredEvent event, Charge charge) {
        sums.compared("charges");
        Money sum = Money.ZERO;
        for (Item item : charge.items()) {
            items.compared("lines");
            sum = sum.plus(item.amount());
            BigDecimal exact = item.quantity().multiply(item.price());
            BigDecimal rounded = exact.divide(item.per(), Money.SCALE, RoundingMode.HALF_EVEN);
            if (rounded.compareTo(item.amount().amount()) != 0) {
                items.differs(event + ": " + item.kind() + " is " + item.amount() + ", but " + item.quantity() + " × "
                        + item.price() + " / " + item.per() + " is " + Money.rounded(rounded));
            }
        }
        boolean priced = charge.status().equals("priced");
        if (priced != (charge.cost() != null)) {
            sums.differs(event + " is " + charge.status() + " and costs " + charge.cost());
        } else if (charge.cost() != null && charge.cost().compareTo(sum) != 0) {
            sums.differs(event + " costs " + charge.cost() + ", its lines are " + sum);
        }
    }

    @Override
    public List<Line> lines() {
        return List.of(sums, items);
    }
}
