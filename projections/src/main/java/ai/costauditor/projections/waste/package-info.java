/** Money that bought the same answer again. */
@NullMarked
package ai.costauditor.projections.waste;

import org.jspecify.annotations.NullMarked;
