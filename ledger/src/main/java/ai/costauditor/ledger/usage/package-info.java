/** What a call used, in kinds that never overlap. */
@NullMarked
package ai.costauditor.ledger.usage;

import org.jspecify.annotations.NullMarked;
