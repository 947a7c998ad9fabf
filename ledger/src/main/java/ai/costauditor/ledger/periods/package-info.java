/** Months: closing one seals what it cost; what comes later counts in a month that is open. */
@NullMarked
package ai.costauditor.ledger.periods;

import org.jspecify.annotations.NullMarked;
