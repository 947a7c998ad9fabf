/** Virtual keys and the life of a call: authorise, settle, release, expire. */
@NullMarked
package ai.costauditor.ledger.keys;

import org.jspecify.annotations.NullMarked;
