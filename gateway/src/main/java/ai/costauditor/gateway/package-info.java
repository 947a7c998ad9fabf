/** The data plane: calls come in with a virtual key and leave with the provider's own. */
@NullMarked
package ai.costauditor.gateway;

import org.jspecify.annotations.NullMarked;
