/** Speed of the ledger alone; run by {@code bench/run ledger}. */
@NullMarked
package ai.costauditor.ledger.bench;

import org.jspecify.annotations.NullMarked;
