/** Where the limits stand. */
@NullMarked
package ai.costauditor.projections.budgets;

import org.jspecify.annotations.NullMarked;
