/** Corrections of charges: what is recorded stays, the difference is recorded beside it. */
@NullMarked
package ai.costauditor.ledger.adjustments;

import org.jspecify.annotations.NullMarked;
