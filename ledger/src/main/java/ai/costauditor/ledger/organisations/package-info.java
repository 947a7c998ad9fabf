/** Who spends: organisations, teams, projects and users. */
@NullMarked
package ai.costauditor.ledger.organisations;

import org.jspecify.annotations.NullMarked;
