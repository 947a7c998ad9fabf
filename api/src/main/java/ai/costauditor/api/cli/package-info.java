/** The verbs of {@code ./auditor} that need the program. */
@NullMarked
package ai.costauditor.api.cli;

import org.jspecify.annotations.NullMarked;
