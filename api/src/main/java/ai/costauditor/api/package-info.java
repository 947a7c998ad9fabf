/** The control plane and the assembly of the program. */
@NullMarked
package ai.costauditor.api;

import org.jspecify.annotations.NullMarked;
