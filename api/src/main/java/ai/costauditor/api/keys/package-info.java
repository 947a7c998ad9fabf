/** Virtual keys: made, shown once, suspended, rotated, revoked. */
@NullMarked
package ai.costauditor.api.keys;

import org.jspecify.annotations.NullMarked;
