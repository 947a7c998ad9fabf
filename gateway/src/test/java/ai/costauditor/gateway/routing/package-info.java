/** Rules that cannot work are found at the start. */
@NullMarked
package ai.costauditor.gateway.routing;

import org.jspecify.annotations.NullMarked;
