/** What was spent, and the calls behind it. */
@NullMarked
package ai.costauditor.api.usage;

import org.jspecify.annotations.NullMarked;
