/** The life of one call: identify, authorise, forward, meter, settle. */
@NullMarked
package ai.costauditor.gateway.calls;

import org.jspecify.annotations.NullMarked;
