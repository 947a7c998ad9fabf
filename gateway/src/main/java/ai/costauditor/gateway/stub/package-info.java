/** A provider that speaks the real formats and costs nothing: for first steps, tests and measurements. */
@NullMarked
package ai.costauditor.gateway.stub;

import org.jspecify.annotations.NullMarked;
