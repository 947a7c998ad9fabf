/** The call log, and what it cost by quarter of an hour. */
@NullMarked
package ai.costauditor.projections.usage;

import org.jspecify.annotations.NullMarked;
