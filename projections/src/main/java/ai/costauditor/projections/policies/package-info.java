/** What a policy would have refused: recorded calls, judged again. */
@NullMarked
package ai.costauditor.projections.policies;

import org.jspecify.annotations.NullMarked;
