/** Compares every read model with what the record says, without the code that wrote it. */
@NullMarked
package ai.costauditor.projections.check;

import org.jspecify.annotations.NullMarked;
