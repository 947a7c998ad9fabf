/** The little of a call's text that a policy lets us keep: picked, blacked out, cut, and encrypted. */
@NullMarked
package ai.costauditor.gateway.previews;

import org.jspecify.annotations.NullMarked;
