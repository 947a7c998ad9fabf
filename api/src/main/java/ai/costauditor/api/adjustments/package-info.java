/** Corrections of charges, as finance makes and reads them. */
@NullMarked
package ai.costauditor.api.adjustments;

import org.jspecify.annotations.NullMarked;
