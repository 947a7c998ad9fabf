/**
 * The second opinion: reads the record as it is stored and computes what it must add up to, with none of the code that wrote
 * it.
 */
@NullMarked
package ai.costauditor.ledger.check;

import org.jspecify.annotations.NullMarked;
