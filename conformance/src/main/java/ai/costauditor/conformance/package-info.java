/** The official Java clients, unchanged, against the running program. */
@NullMarked
package ai.costauditor.conformance;

import org.jspecify.annotations.NullMarked;
