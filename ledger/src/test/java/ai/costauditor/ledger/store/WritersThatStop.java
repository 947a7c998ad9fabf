package ai.costauditor.ledger.store;

import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.store.CountersInMemory.Add;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;

/** Writers that are stopped while commands come: each command is answered, and what was answered is what was counted. */
@NullUnmarked
final class WritersThatStop {

    private static final int THREADS = 3;

    /**
     * @param added commands that were told to be recorded
     * @param refused commands that were told that the writer has stopped
     * @param unanswered must be none
     * @param miscounted writers whose sum is not that of the answers; must be none
     */
    record Findings(int writers, long added, long refused, long unanswered, long miscounted) {

        boolean areFine() {
            return unanswered == 0 && miscounted == 0 && added > 0 && refused > 0;
        }
    }

    private WritersThatStop() {}

    static Findings stop(int writers) throws InterruptedException {
        Findings all = new Findings(0, 0, 0, 0, 0);
        for (int i = 0; i < writers; i++) {
            Findings one = stopOne();
            all = new Findings(
                    all.writers + 1,
                    all.added + one.added,
                    all.refused + one.refused,
                    all.unanswered + one.unanswered,
                    all.miscounted + one.miscounted);
        }
        return all;
    }

    private static Findings stopOne() throws InterruptedException {
        CountersInMemory counters = new CountersInMemory(THREADS * Client.AT_ONCE + 1, true);
        GroupCommit writer = counters.writer();
        AtomicInteger answered = new AtomicInteger();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            clients.add(new Client(writer, answered));
        }
        while (answered.get() < 10) {
            Thread.onSpinWait();
        }
        writer.close();
        for (Client client : clients) {
            client.thread.join();
        }
        long added = clients.stream().mapToLong(client -> client.added).sum();
        return new Findings(
                1,
                added,
                clients.stream().mapToLong(client -> client.refused).sum(),
                clients.stream().mapToLong(client -> client.unanswered).sum(),
                added == counters.sum("counter") ? 0 : 1);
    }

    /** Goes on until it is told that the writer has stopped. */
    private static final class Client {

        private static final int AT_ONCE = 4;

        private final GroupCommit writer;
        private final AtomicInteger answered;
        private final Thread thread = Thread.ofPlatform().unstarted(this::run);
        private long added;
        private long refused;
        private long unanswered;

        Client(GroupCommit writer, AtomicInteger answered) {
            this.writer = writer;
            this.answered = answered;
            thread.start();
        }

        private void run() {
            while (refused == 0 && unanswered == 0) {
                List<CompletableFuture<Integer>> answers = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    answers.add(writer.submit(new Add("counter", 1)));
                }
                answers.forEach(this::hear);
            }
        }

        private void hear(CompletableFuture<Integer> answer) {
            try {
                answer.get(30, TimeUnit.SECONDS);
                added++;
                answered.incrementAndGet();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof LedgerUnavailable)) {
                    throw new CompletionException(e.getCause());
                }
                refused++;
            } catch (TimeoutException e) {
                unanswered++;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
