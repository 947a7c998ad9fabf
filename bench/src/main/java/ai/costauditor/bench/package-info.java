/** Load, a fast fake provider and the baselines that figures are compared with. */
@NullMarked
package ai.costauditor.bench;

import org.jspecify.annotations.NullMarked;
