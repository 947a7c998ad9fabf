/** Which provider is asked, in which order, how often and how patiently: by configuration. */
@NullMarked
package ai.costauditor.gateway.routing;

import org.jspecify.annotations.NullMarked;
