/** Work that providers finish after their answer. */
@NullMarked
package ai.costauditor.gateway.unfinished;

import org.jspecify.annotations.NullMarked;
