/** Who spends: the tree of teams and projects, and the people. */
@NullMarked
package ai.costauditor.api.organisations;

import org.jspecify.annotations.NullMarked;
