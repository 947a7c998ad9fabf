/** Text of calls that a policy lets us keep: encrypted beside the record, and gone for ever when its subject's key is. */
@NullMarked
package ai.costauditor.ledger.previews;

import org.jspecify.annotations.NullMarked;
