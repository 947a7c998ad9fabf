/** Read models: what the events add up to, rebuildable from zero. */
@NullMarked
package ai.costauditor.projections;

import org.jspecify.annotations.NullMarked;
