/** Proof that charges are exact and bounds are bounds. */
@NullMarked
package ai.costauditor.ledger.pricing;

import org.jspecify.annotations.NullMarked;
