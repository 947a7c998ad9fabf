package ai.costauditor.ledger.store;

import ai.costauditor.ledger.TimeOrderedIds;
import ai.costauditor.ledger.store.CountersInMemory.Add;
import java.util.concurrent.CompletionException;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.NullUnmarked;

/** What the threads of a program do; every program has a stream of its own, and all share one writer. */
@NullUnmarked
@Param(name = "n", gen = IntGen.class, conf = "1:9")
public class CountedByTheWriter {

    /** One more than threads. */
    private static final int FAIL_EVERY = 4;

    static final CountersInMemory COUNTERS = new CountersInMemory(FAIL_EVERY, true);

    private static final GroupCommit WRITER = COUNTERS.writer();

    private final GroupCommit writer;
    private final String stream = "counter_" + TimeOrderedIds.next();

    public CountedByTheWriter() {
        this(WRITER);
    }

    CountedByTheWriter(GroupCommit writer) {
        this.writer = writer;
    }

    @Operation
    public int add(@Param(name = "n") int n) {
        return writer.submit(new Add(stream, n)).join();
    }

    @Operation
    public String addTooMuch(@Param(name = "n") int n) {
        try {
            return "added: "
                    + writer.submit(new Add(stream, CountersInMemory.LARGEST + n))
                            .join();
        } catch (CompletionException e) {
            return e.getCause().getMessage();
        }
    }

    /** What they must see. */
    public static class OneAfterTheOther {

        private int sum;

        public int add(int n) {
            sum += n;
            return sum;
        }

        public String addTooMuch(int n) {
            return "not from " + sum;
        }
    }

    /** With a mistake in it. */
    public static class NeverUndone extends CountedByTheWriter {

        private static final GroupCommit WRITER = new CountersInMemory(FAIL_EVERY, false).writer();

        public NeverUndone() {
            super(WRITER);
        }
    }
}
