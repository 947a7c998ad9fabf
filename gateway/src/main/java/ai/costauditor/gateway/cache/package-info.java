/** Answers that may be given again: exact repetitions, within one organisation, in memory. */
@NullMarked
package ai.costauditor.gateway.cache;

import org.jspecify.annotations.NullMarked;
