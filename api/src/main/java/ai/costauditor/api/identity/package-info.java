/** Who is calling, and what they may do. */
@NullMarked
package ai.costauditor.api.identity;

import org.jspecify.annotations.NullMarked;
