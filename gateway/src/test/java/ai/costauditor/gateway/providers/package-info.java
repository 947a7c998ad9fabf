/** Which provider serves what, from names and environment alone. */
@NullMarked
package ai.costauditor.gateway.providers;

import org.jspecify.annotations.NullMarked;
