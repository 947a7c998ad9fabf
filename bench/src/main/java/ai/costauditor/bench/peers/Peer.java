package ai.costauditor.bench.peers;

import ai.costauditor.bench.Load;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A product in one configuration, standing between the load and the provider. */
interface Peer {

    /** What {@code --only} calls it. */
    String name();

    /** The product; {@code --only} takes that too, and means all its configurations. */
    String product();

    Keeps keeps();

    /** @return the version that is installed now */
    String install(Place place) throws IOException, InterruptedException;

    /**
     * @param data an empty folder, or that of a run that was killed
     * @param limit US dollars that its one key may spend, if it has budgets
     */
    Running start(Place place, Path data, BigDecimal limit) throws IOException, InterruptedException;

    /** Whether it is measured again after many calls, because its state grows with them. */
    default boolean ages() {
        return false;
    }

    /**
     * What its documentation and code say it keeps; the crash and the crowd test it.
     *
     * @param budgets whether a budget can be set in this configuration
     * @param reservation what is taken from the budget before a call leaves
     * @param record what there is of a call afterwards
     * @param written when the record is durable
     */
    record Keeps(boolean budgets, String reservation, String record, String written) {

        static final Keeps NOTHING = new Keeps(false, "none", "none", "never");
    }

    /**
     * @param project of the auditor
     * @param installs where the peers are installed
     * @param upstream port of the provider
     */
    record Place(Path project, Path installs, int upstream) {

        Path files() {
            return project.resolve("bench/peers");
        }
    }

    /** @param settled calls whose cost it still has; @param open calls of which it still knows that they left */
    record Known(long settled, long open) {}

    /** A peer that answers. */
    interface Running extends AutoCloseable {

        Load load();

        /** @return empty if it has nothing that could be asked */
        Optional<Known> known() throws IOException, InterruptedException;

        /** What is killed: the product, not the store that it writes to. */
        List<ProcessHandle> processes();

        /** The stores that it needs. */
        default List<ProcessHandle> stores() {
            return List.of();
        }

        /** {@code kill -9} of the product with all its workers. */
        default void kill() {
            List<ProcessHandle> all = processes();
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(process -> process.onExit().join());
        }

        @Override
        void close() throws IOException;
    }

    /** A process and all that it started. */
    static Stream<ProcessHandle> withDescendants(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants());
    }
}
