/** What may be done with keys: policies of projects, teams and organisations, inherited by the keys below, and their rates. */
@NullMarked
package ai.costauditor.ledger.policies;

import org.jspecify.annotations.NullMarked;
