/** What answers say of the pause that they want. */
@NullMarked
package ai.costauditor.gateway.upstream;

import org.jspecify.annotations.NullMarked;
