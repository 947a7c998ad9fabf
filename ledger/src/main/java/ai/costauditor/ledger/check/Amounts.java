package ai.costauditor.ledger.check;

import ai.costauditor.ledger.money.Money;

/** What counts against a limit, or how it changes. */
public record Amounts(Money spent, Money held, Money unresolved) {

    public static final Amounts NOTHING = new Amounts(Money.ZERO, Money.ZERO, Money.ZERO);

    public Amounts plus(Amounts other) {
        return new Amounts(spent.plus(other.spent), held.plus(other.held), unresolved.plus(other.unresolved));
    }

    public Amounts minus(Amounts other) {
        return new Amounts(spent.minus(other.spent), held.minus(other.held), unresolved.minus(other.unresolved));
    }

    public Money sum() {
        return spent.plus(held).plus(unresolved);
    }

    public boolean isNothing() {
        return spent.isZero() && held.isZero() && unresolved.isZero();
    }

    @Override
    public String toString() {
        return "spent " + spent + ", held " + held + ", unresolved " + unresolved;
    }

    /**
     * Whether these can be left of all, where what was spent may be forgotten, but nothing else. Credits can make all less
     * than nothing.
     */
    boolean isWhatIsLeftOf(Amounts all) {
        Money most = all.spent().isNegative() ? Money.ZERO : all.spent();
        return held.equals(all.held()) && unresolved.equals(all.unresolved()) && !spent.isGreaterThan(most);
    }
}
