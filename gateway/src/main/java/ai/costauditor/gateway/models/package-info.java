/** The models that a key may use. */
@NullMarked
package ai.costauditor.gateway.models;

import org.jspecify.annotations.NullMarked;
