/** Finds the virtual key that a request carries, wherever an SDK can put it. */
@NullMarked
package ai.costauditor.gateway.keys;

import org.jspecify.annotations.NullMarked;
