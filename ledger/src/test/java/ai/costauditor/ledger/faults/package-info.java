/** Everything that can break around the ledger breaks while calls are made, and then the money is counted. */
@NullMarked
package ai.costauditor.ledger.faults;

import org.jspecify.annotations.NullMarked;
