/** A second, plain ledger without threads and without a database, and the real one held against it, command by command. */
@NullMarked
package ai.costauditor.ledger.model;

import org.jspecify.annotations.NullMarked;
