/** One file per wire format: what a request asks for, what an answer used, how an error looks. */
@NullMarked
package ai.costauditor.gateway.wire;

import org.jspecify.annotations.NullMarked;
