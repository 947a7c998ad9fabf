/** The stub provider over real HTTP. */
@NullMarked
package ai.costauditor.gateway.stub;

import org.jspecify.annotations.NullMarked;
