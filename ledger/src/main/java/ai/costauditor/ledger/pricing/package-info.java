/** Dated prices, and the exact charge or upper bound that follows from them. */
@NullMarked
package ai.costauditor.ledger.pricing;

import org.jspecify.annotations.NullMarked;
