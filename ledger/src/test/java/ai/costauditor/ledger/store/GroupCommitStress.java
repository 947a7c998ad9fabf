package ai.costauditor.ledger.store;

import ai.costauditor.ledger.store.CountedByTheWriter.NeverUndone;
import ai.costauditor.ledger.store.CountedByTheWriter.OneAfterTheOther;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.util.LoggingLevel;
import org.slf4j.LoggerFactory;

/**
 * Lincheck makes small programs for a few threads at random, runs each many times, and looks for an order of one command
 * after the other that explains all the answers. The state is in memory, because what is examined is the writer: its queue,
 * its batches, its second tries. In a JVM of its own ({@code bench/run stress}), because Lincheck changes classes that are
 * loaded.
 */
public final class GroupCommitStress {

    private static final String USAGE = "usage: bench/run stress [--programs 50] [--runs 200] [--writers 200]\n";

    private static final int THREADS = 3;

    private GroupCommitStress() {}

    public static void main(String[] args) throws InterruptedException {
        if (List.of(args).contains("--help") || args.length % 2 != 0) {
            System.out.print(USAGE);
            System.exit(List.of(args).contains("--help") ? 0 : 2);
        }
        Map<String, Integer> options = new HashMap<>(Map.of("programs", 50, "runs", 200, "writers", 200));
        for (int i = 0; i < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), Integer.valueOf(args[i + 1]));
        }
        // it complains of every commit that fails, and a quarter of them do
        ((Logger) LoggerFactory.getLogger(GroupCommit.class)).setLevel(Level.ERROR);
        long start = System.nanoTime();
        boolean fine = linearizable(options) & stops(options) & findsAMistake(options);
        System.out.printf(Locale.ROOT, "%.0f s%n", (System.nanoTime() - start) / 1e9);
        System.exit(fine ? 0 : 1);
    }

    /** Lincheck's programs are always those of its seed 0; how their threads meet is not. */
    private static StressOptions programs(Map<String, Integer> options, int atMost) {
        return new StressOptions()
                .iterations(Math.min(atMost, options.getOrDefault("programs", 0)))
                .invocationsPerIteration(options.getOrDefault("runs", 0))
                .threads(THREADS)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .minimizeFailedScenario(false)
                .logLevel(LoggingLevel.WARN)
                .sequentialSpecification(OneAfterTheOther.class);
    }

    private static boolean linearizable(Map<String, Integer> options) {
        String what = String.format(
                Locale.ROOT,
                "%d programs of %d threads, each %d times",
                options.get("programs"),
                THREADS,
                options.get("runs"));
        try {
            programs(options, Integer.MAX_VALUE).check(CountedByTheWriter.class);
        } catch (AssertionError e) {
            System.out.println(what + ": answers that no order explains\n" + e.getMessage());
            return false;
        }
        int failed = CountedByTheWriter.COUNTERS.failedCommits();
        System.out.printf(
                Locale.ROOT,
                "%s (seed 0): some order explains every answer; %,d commits, of which %,d failed%n",
                what,
                CountedByTheWriter.COUNTERS.commits(),
                failed);
        return failed > 0;
    }

    private static boolean stops(Map<String, Integer> options) throws InterruptedException {
        WritersThatStop.Findings found = WritersThatStop.stop(options.getOrDefault("writers", 0));
        System.out.printf(
                Locale.ROOT,
                "%,d writers stopped under load: %,d commands recorded, %,d told that it has stopped; unanswered %d,"
                        + " writers that counted something else than they answered %d%n",
                found.writers(),
                found.added(),
                found.refused(),
                found.unanswered(),
                found.miscounted());
        return found.areFine();
    }

    /** Whoever finds nothing must be able to find something. */
    private static boolean findsAMistake(Map<String, Integer> options) {
        try {
            programs(options, 20).check(NeverUndone.class);
        } catch (AssertionError e) {
            System.out.println("a writer with a mistake (what a failed batch added stays): found, as it must be");
            return true;
        }
        System.out.println("a writer with a mistake (what a failed batch added stays): NOT found");
        return false;
    }
}
