/** The official Java clients, with nothing changed but base URL and key. */
@NullMarked
package ai.costauditor.conformance;

import org.jspecify.annotations.NullMarked;
