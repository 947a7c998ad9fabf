/** The domain of the product: what can be asked of the ledger and how it is wired. */
@NullMarked
package ai.costauditor.ledger;

import org.jspecify.annotations.NullMarked;
