/** The connection to the providers. */
@NullMarked
package ai.costauditor.gateway.upstream;

import org.jspecify.annotations.NullMarked;
