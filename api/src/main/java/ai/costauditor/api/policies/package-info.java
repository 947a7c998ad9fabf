/** What may be done with keys: policies of keys and of what is above them, and what a policy would have refused. */
@NullMarked
package ai.costauditor.api.policies;

import org.jspecify.annotations.NullMarked;
