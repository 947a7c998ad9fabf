/** The arithmetic of a call's money, before and after. */
@NullMarked
package ai.costauditor.gateway.charges;

import org.jspecify.annotations.NullMarked;
