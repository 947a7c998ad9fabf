/** The data plane over real HTTP, with a real ledger behind it and a scripted provider in front. */
@NullMarked
package ai.costauditor.gateway;

import org.jspecify.annotations.NullMarked;
