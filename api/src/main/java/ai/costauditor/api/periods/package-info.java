/** Months, closed and sealed. */
@NullMarked
package ai.costauditor.api.periods;

import org.jspecify.annotations.NullMarked;
