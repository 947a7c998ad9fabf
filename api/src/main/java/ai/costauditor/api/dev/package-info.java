/** Everything in one process for a newcomer: a real database in a folder, an administrator, a key, a provider that costs nothing. */
@NullMarked
package ai.costauditor.api.dev;

import org.jspecify.annotations.NullMarked;
