/** Holds that nobody else will end: the process that forwarded the call died, or its time is over. */
@NullMarked
package ai.costauditor.ledger.holds;

import org.jspecify.annotations.NullMarked;
