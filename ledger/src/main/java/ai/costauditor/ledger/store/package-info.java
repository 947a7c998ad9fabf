/** The record in PostgreSQL: stored names of events, the one writer, and the aggregates that it keeps in memory. */
@NullMarked
package ai.costauditor.ledger.store;

import org.jspecify.annotations.NullMarked;
