/** The formats by themselves, on bytes as providers send them. */
@NullMarked
package ai.costauditor.gateway.wire;

import org.jspecify.annotations.NullMarked;
