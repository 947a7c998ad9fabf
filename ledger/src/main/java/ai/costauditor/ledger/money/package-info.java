/** Exact amounts of money. */
@NullMarked
package ai.costauditor.ledger.money;

import org.jspecify.annotations.NullMarked;
