/** What calls cost: the catalogue, what the organisation pays instead, and what has no price yet. */
@NullMarked
package ai.costauditor.api.prices;

import org.jspecify.annotations.NullMarked;
