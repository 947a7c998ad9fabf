package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.settle;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.cluster.ClusterForTests;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.money.Money;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A process of its own with callers of its own, to be killed. It says on its output what it was answered, and goes on until
 * its input ends. Arguments: URL, user and password of the database, a seed, the keys.
 */
final class LoadProcess {

    private static final int CLIENTS = 6;

    private LoadProcess() {}

    public static void main(String[] arguments) throws Exception {
        PostgresForTests.Database database = new PostgresForTests.Database(arguments[0], arguments[1], arguments[2]);
        long seed = Long.parseLong(arguments[3]);
        List<KeyId> keys = Arrays.stream(arguments).skip(4).map(KeyId::new).toList();
        try (LedgerForTests node = LedgerForTests.over(database, ClusterForTests.settings());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            ClusterForTests.awaitMembers(node, 2);
            say("ready");
            List<Future<?>> running = Stream.iterate(seed, next -> next + 1)
                    .limit(CLIENTS)
                    .<Future<?>>map(client -> clients.submit(() -> calls(node, keys, new Random(client))))
                    .toList();
            waitForTheEndOfTheInput();
            running.forEach(client -> client.cancel(true));
        }
        say("stopped");
    }

    private static void waitForTheEndOfTheInput() throws IOException {
        while (System.in.read() >= 0) {
            // nothing is said to it
        }
    }

    private static void calls(LedgerForTests node, List<KeyId> keys, Random random) {
        while (!Thread.currentThread().isInterrupted()) {
            KeyId key = keys.get(random.nextInt(keys.size()));
            CallId call = CallId.next();
            String cost = "0." + (1 + random.nextInt(9));
            try {
                Instant now = Instant.now();
                if (node.ledger().execute(authorise(key, call, cost, now)) instanceof Authorised) {
                    Money settled =
                            node.ledger().execute(settle(key, call, cost, now)).cost();
                    say("settled " + key + " " + call + " " + settled);
                }
            } catch (LedgerUnavailable e) {
                say("unavailable " + e.getMessage());
            }
        }
    }

    /** In one piece, so that lines do not mix. */
    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
