/** Two or more processes on one database: each organisation's commands go to one of them, whoever is asked. */
@NullMarked
package ai.costauditor.ledger.cluster;

import org.jspecify.annotations.NullMarked;
