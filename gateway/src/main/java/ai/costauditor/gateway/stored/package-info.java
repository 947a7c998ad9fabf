/** What providers keep under a name of theirs, and whose it is. */
@NullMarked
package ai.costauditor.gateway.stored;

import org.jspecify.annotations.NullMarked;
