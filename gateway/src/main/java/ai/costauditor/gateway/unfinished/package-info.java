/** Work that providers finish after their answer: background responses and batches. */
@NullMarked
package ai.costauditor.gateway.unfinished;

import org.jspecify.annotations.NullMarked;
