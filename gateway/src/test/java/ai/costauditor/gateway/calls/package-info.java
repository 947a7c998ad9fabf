/** What a process can take on. */
@NullMarked
package ai.costauditor.gateway.calls;

import org.jspecify.annotations.NullMarked;
