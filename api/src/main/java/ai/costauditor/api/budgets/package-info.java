/** Limits and where they stand. */
@NullMarked
package ai.costauditor.api.budgets;

import org.jspecify.annotations.NullMarked;
