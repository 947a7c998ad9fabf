/** Which providers there are, and which of them serves a model. */
@NullMarked
package ai.costauditor.gateway.providers;

import org.jspecify.annotations.NullMarked;
