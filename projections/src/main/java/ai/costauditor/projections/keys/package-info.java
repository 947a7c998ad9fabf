/** When a key was used last. */
@NullMarked
package ai.costauditor.projections.keys;

import org.jspecify.annotations.NullMarked;
