/** The same load on what people use today, each installed by its own package manager and configured as its makers advise. */
@NullMarked
package ai.costauditor.bench.peers;

import org.jspecify.annotations.NullMarked;
