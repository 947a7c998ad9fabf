/** Money that bought nothing new. */
@NullMarked
package ai.costauditor.api.waste;

import org.jspecify.annotations.NullMarked;
