package ai.costauditor.api.cli;

import ai.costauditor.ledger.check.Check;
import java.io.PrintStream;
import java.time.Duration;

/** One line on standard error every few seconds, so that a person can see that long work goes on. */
final class Progress implements Check.Listener {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final PrintStream out;
    private long last = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void read(String what, long events, long of) {
        long now = System.nanoTime();
        if (now - last > BETWEEN_LINES.toNanos()) {
            last = now;
            out.printf("auditor: %s: %,d of %,d events%n", what, events, of);
        }
    }
}
