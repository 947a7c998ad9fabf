/** Limits on a scope in a window, and what is left of them. */
@NullMarked
package ai.costauditor.ledger.budgets;

import org.jspecify.annotations.NullMarked;
