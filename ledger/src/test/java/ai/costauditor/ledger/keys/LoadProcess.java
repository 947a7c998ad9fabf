package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.request;
import static ai.costauditor.ledger.keys.KeyFixture.settle;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.NodeLease;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.cluster.ClusterForTests;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A process of its own with callers of its own, to be killed. It says on its output what it was answered, and goes on until
 * its input ends. Arguments: URL, user and password of the database, a seed, the keys. It knows {@code -Dmembers} other
 * processes; with none it shares every key with them. Between two calls a caller waits {@code -Dpause} milliseconds.
 */
final class LoadProcess {

    private static final int CLIENTS = 6;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
    private static final Duration PAUSE = Duration.ofMillis(Integer.getInteger("pause", 0));

    private LoadProcess() {}

    public static void main(String[] arguments) throws Exception {
        PostgresForTests.Database database = new PostgresForTests.Database(arguments[0], arguments[1], arguments[2]);
        long seed = Long.parseLong(arguments[3]);
        List<KeyId> keys = Arrays.stream(arguments).skip(4).map(KeyId::new).toList();
        int members = Integer.getInteger("members", 2);
        try (LedgerForTests node = LedgerForTests.over(database, members > 0 ? ClusterForTests.settings() : Map.of());
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            if (members > 0) {
                ClusterForTests.awaitMembers(node, members);
            }
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
        String name = node.bean(NodeLease.class).node();
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(PAUSE.toNanos());
            KeyId key = keys.get(random.nextInt(keys.size()));
            CallId call = CallId.next();
            String cost = "0." + (1 + random.nextInt(9));
            Instant now = Instant.now();
            try {
                if (node.ledger().execute(authorise(key, call, cost, now, name)) instanceof Authorised) {
                    settleUntilItIsAcknowledged(node, key, call, cost, now);
                }
            } catch (LedgerUnavailable e) {
                say("unavailable " + e.getMessage());
            }
        }
    }

    private static AuthoriseCall authorise(KeyId key, CallId call, String amount, Instant now, String node) {
        Hold hold = new Hold(Money.of(amount), now.plus(Duration.ofMinutes(10)), node);
        return new AuthoriseCall(key, call, request("fingerprint of " + call), hold, PriceStatus.PRICED, now);
    }

    /** The tokens are spent: whoever has to say so does not give up. */
    private static void settleUntilItIsAcknowledged(
            LedgerForTests node, KeyId key, CallId call, String cost, Instant now) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Money settled =
                        node.ledger().execute(settle(key, call, cost, now)).cost();
                say("settled " + key + " " + call + " " + settled);
                return;
            } catch (LedgerUnavailable e) {
                say("unavailable " + e.getMessage());
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        }
    }

    /** In one piece, so that lines do not mix. */
    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
