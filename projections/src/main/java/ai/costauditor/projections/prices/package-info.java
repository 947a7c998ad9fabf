/** Calls without a price, until one arrives. */
@NullMarked
package ai.costauditor.projections.prices;

import org.jspecify.annotations.NullMarked;
