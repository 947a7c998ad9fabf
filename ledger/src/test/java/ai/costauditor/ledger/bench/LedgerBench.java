package ai.costauditor.ledger.bench;

import static ai.costauditor.ledger.keys.KeyFixture.RESEARCH;
import static ai.costauditor.ledger.keys.KeyFixture.hard;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.TellBalances;
import ai.costauditor.ledger.keys.KeyFixture;
import ai.costauditor.ledger.keys.KeyId;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The ledger alone on a PostgreSQL that syncs every commit: calls (an authorisation and a settlement, each durable) per
 * second, beside the plainest durable record there is, a transaction for each event. {@code bench/run ledger --help}.
 */
public final class LedgerBench {

    private static final String USAGE = """
            usage: bench/run ledger [--clients 32,128] [--seconds 8] [--rounds 3] [--keys 16] [--cold-calls 100000]
                                    [--events 0] [--json FILE]

              --cold-calls  calls of the key whose first load is timed in a fresh ledger
              --events      so many events of other keys are in the store already
            """;

    private static final Change NOW = new Change("user_bench", Instant.EPOCH, null);
    private static final String LIMIT = "1000000000";

    private final Map<String, String> options = new HashMap<>(Map.of(
            "clients", "32,128", "seconds", "8", "rounds", "3", "keys", "16", "cold-calls", "100000", "events", "0"));
    private final List<String> figures = new ArrayList<>();
    private boolean agreed = true;

    private LedgerBench(String[] args) {
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
    }

    public static void main(String[] args) throws Exception {
        if (Arrays.asList(args).contains("--help") || args.length % 2 != 0) {
            System.out.print(USAGE);
            System.exit(Arrays.asList(args).contains("--help") ? 0 : 2);
        }
        System.setProperty("logging.level.root", "warn");
        System.exit(new LedgerBench(args).run() ? 0 : 1);
    }

    private int option(String name) {
        return Integer.parseInt(options.getOrDefault(name, "0"));
    }

    private boolean run() throws Exception {
        Path data = Files.createTempDirectory("ledger-bench");
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("max_connections", "300")
                .setServerConfig("max_wal_size", "1GB")
                .setServerConfig("jit", "off")
                // the embedded server's own defaults are for tests; here every commit is on the disk
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            PostgresForTests.Database database = new PostgresForTests.Database(
                    "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres", "postgres", "postgres");
            try (LedgerForTests ledger = LedgerForTests.over(database)) {
                prefill(ledger.bean(DataSource.class));
                System.out.printf(
                        "%-34s %7s %9s %8s %8s %9s %6s %6s%n",
                        "", "clients", "calls/s", "p50 ms", "p99 ms", "p99.9 ms", "batch", "ratio");
                for (String clients : options.getOrDefault("clients", "32").split(",")) {
                    measure(ledger, database.dataSource(), Integer.parseInt(clients));
                }
            }
            coldKey(database);
        }
        String json = options.get("json");
        if (json != null) {
            Files.writeString(Path.of(json), "[\n" + String.join(",\n", figures) + "\n]\n");
        }
        return agreed;
    }

    private void measure(LedgerForTests process, DataSource plain, int clients) throws Exception {
        Ledger ledger = process.ledger();
        double baseline = report("a transaction per event", clients, 0, () -> naive(plain, clients), process);
        List<KeyId> keys = new ArrayList<>();
        for (int i = 0; i < option("keys"); i++) {
            keys.add(newKey(ledger));
        }
        report(keys.size() + " keys", clients, baseline, () -> calls(ledger, keys, clients), process);
        List<KeyId> hot = List.of(newKey(ledger));
        report("one hot key", clients, baseline, () -> calls(ledger, hot, clients), process);
        limitAbove(ledger, true);
        report("limits on key, project, team, org.", clients, baseline, () -> calls(ledger, keys, clients), process);
        limitAbove(ledger, false);
        balances(ledger, keys);
        balances(ledger, hot);
    }

    private static KeyId newKey(Ledger ledger) {
        KeyId key = KeyId.next();
        ledger.execute(KeyFixture.issue(key, hard(LIMIT, BudgetWindow.MONTH)));
        return key;
    }

    private static void limitAbove(Ledger ledger, boolean limited) {
        Map.of(
                        ScopeType.PROJECT, RESEARCH.project().value(),
                        ScopeType.TEAM, RESEARCH.team().value(),
                        ScopeType.ORGANISATION, RESEARCH.organisation().value())
                .forEach((type, id) -> ledger.execute(new SetLimits(
                        new Scope(RESEARCH.organisation(), type, id),
                        limited ? List.of(hard(LIMIT, BudgetWindow.MONTH)) : List.of(),
                        KeyFixture.BERLIN,
                        NOW)));
    }

    /** Nothing is held any more: every call that began has ended. */
    private void balances(Ledger ledger, List<KeyId> keys) {
        for (KeyId key : keys) {
            for (BudgetBalance balance : ledger.execute(new TellBalances(key, Instant.now()))) {
                if (!balance.held().isZero() || !balance.unresolved().isZero()) {
                    agreed = false;
                    System.out.println("still held: " + balance);
                }
            }
        }
    }

    /** One client's latencies in microseconds. */
    private interface Client {
        List<Long> work(long endNanos) throws Exception;
    }

    private List<Long> calls(Ledger ledger, List<KeyId> keys, int clients) throws Exception {
        return inParallel(clients, n -> end -> {
            List<Long> micros = new ArrayList<>();
            KeyId key = keys.get(n % keys.size());
            while (System.nanoTime() < end) {
                long start = System.nanoTime();
                CallId call = CallId.next();
                Instant now = Instant.now();
                if (!(ledger.execute(KeyFixture.authorise(key, call, "0.001", now))
                        instanceof Authorisation.Authorised)) {
                    throw new IllegalStateException("refused");
                }
                ledger.execute(KeyFixture.settle(key, call, "0.0005", now));
                micros.add((System.nanoTime() - start) / 1000);
            }
            return micros;
        });
    }

    /** Two rows, each in a transaction of its own, on a connection of its own: no budget, no check, no cache. */
    private List<Long> naive(DataSource database, int clients) throws Exception {
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute("""
                    create table if not exists plain_record
                      (position bigint generated always as identity primary key, stream text, version bigint, payload text,
                       unique (stream, version))""");
        }
        String payload = "x".repeat(800);
        return inParallel(clients, n -> end -> {
            List<Long> micros = new ArrayList<>();
            try (Connection connection = database.getConnection();
                    PreparedStatement insert = connection.prepareStatement(
                            "insert into plain_record (stream, version, payload) values (?, ?, ?)")) {
                String stream = KeyId.next().value();
                long version = 0;
                while (System.nanoTime() < end) {
                    long start = System.nanoTime();
                    for (int event = 0; event < 2; event++) {
                        insert.setString(1, stream);
                        insert.setLong(2, ++version);
                        insert.setString(3, payload);
                        insert.executeUpdate();
                    }
                    micros.add((System.nanoTime() - start) / 1000);
                }
            }
            return micros;
        });
    }

    private List<Long> inParallel(int clients, java.util.function.IntFunction<Client> work)
            throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + Duration.ofSeconds(option("seconds")).toNanos();
        List<Long> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> running = new ArrayList<>();
            for (int n = 0; n < clients; n++) {
                Client client = work.apply(n);
                running.add(threads.submit(() -> client.work(end)));
            }
            for (Future<List<Long>> one : running) {
                all.addAll(one.get());
            }
        }
        all.sort(Long::compare);
        return all;
    }

    /** The median of the rounds, after one that only warms up. */
    private double report(String name, int clients, double baseline, Callable<List<Long>> run, LedgerForTests process)
            throws Exception {
        JdbcClient sql = JdbcClient.create(process.bean(DataSource.class));
        run.call();
        long commitsBefore = commits(sql);
        long before = events(sql);
        List<List<Long>> rounds = new ArrayList<>();
        for (int round = 0; round < option("rounds"); round++) {
            rounds.add(run.call());
        }
        double batch = (events(sql) - before) / (double) Math.max(1, commits(sql) - commitsBefore);
        rounds.sort((a, b) -> Integer.compare(a.size(), b.size()));
        List<Long> median = rounds.get(rounds.size() / 2);
        double rate = median.size() / (double) option("seconds");
        String batchText = baseline == 0 ? "1.0" : String.format(Locale.ROOT, "%.1f", batch);
        System.out.printf(
                "%-34s %7d %9.0f %8.2f %8.2f %9.2f %6s %6s%n",
                name,
                clients,
                rate,
                millisAt(median, 0.5),
                millisAt(median, 0.99),
                millisAt(median, 0.999),
                batchText,
                baseline == 0 ? "1.00" : String.format(Locale.ROOT, "%.2f", rate / baseline));
        figures.add(new StringJoiner(", ", "  {", "}")
                .add("\"what\": \"" + name + "\"")
                .add("\"clients\": " + clients)
                .add("\"calls_per_second\": " + Math.round(rate))
                .add("\"p50_ms\": " + millisAt(median, 0.5))
                .add("\"p99_ms\": " + millisAt(median, 0.99))
                .add("\"p999_ms\": " + millisAt(median, 0.999))
                .add("\"events_per_commit\": " + batchText)
                .toString());
        return rate;
    }

    private static double millisAt(List<Long> micros, double part) {
        return micros.isEmpty() ? 0 : micros.get((int) (part * (micros.size() - 1))) / 1000.0;
    }

    private static long events(JdbcClient sql) {
        return sql.sql("select coalesce(max(position), 0) from ledger_event")
                .query(Long.class)
                .single();
    }

    private static long commits(JdbcClient sql) {
        return sql.sql("select count(distinct tx_id) from ledger_event")
                .query(Long.class)
                .single();
    }

    /** The first key that a process loads waits for more than its data: for the code that reads it. */
    private void coldKey(PostgresForTests.Database database) throws Exception {
        int wanted = option("cold-calls");
        KeyId small;
        KeyId key;
        try (LedgerForTests ledger = LedgerForTests.over(database)) {
            small = newKey(ledger.ledger());
            calls(ledger.ledger(), List.of(small), 8);
            key = newKey(ledger.ledger());
            for (int done = 0; done < wanted; ) {
                done += calls(ledger.ledger(), List.of(key), 128).size();
                System.out.printf("\ra key with %,d calls", done);
            }
            System.out.println();
        }
        List<Double> first = new ArrayList<>();
        List<Double> loads = new ArrayList<>();
        for (int round = 0; round < Math.max(3, option("rounds")); round++) {
            try (LedgerForTests fresh = LedgerForTests.over(database)) {
                first.add(load(fresh, small));
                loads.add(load(fresh, key));
            }
        }
        report("the first key that a process loads", first);
        report("a key with " + wanted + " calls or more", loads);
    }

    private static double load(LedgerForTests fresh, KeyId key) {
        long start = System.nanoTime();
        fresh.ledger().execute(new TellBalances(key, Instant.now()));
        return (System.nanoTime() - start) / 1e6;
    }

    private void report(String what, List<Double> millis) {
        millis.sort(Double::compare);
        double median = millis.get(millis.size() / 2);
        System.out.printf("%s: %.1f ms%n", what, median);
        figures.add("  {\"what\": \"" + what + "\", \"ms\": " + median + "}");
    }

    /** Events of keys that nobody uses, of the size of real ones. */
    private void prefill(DataSource database) throws SQLException {
        int wanted = option("events");
        if (wanted == 0) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            connection.createStatement().execute("set statement_timeout = 0");
            for (int done = 0; done < wanted; done += 100_000) {
                try (PreparedStatement insert = connection.prepareStatement("""
                        insert into ledger_event
                          (event_id, stream, version, stream_type, recorded_at, event_type, revision, payload, metadata, call)
                        select 'old' || n, 'key_old' || n % 1000, n / 1000 + 1, 'key', now() - interval '1 day',
                               'key.CallReleased', '1', repeat('x', 800), '{}', 'call_0' || n
                        from generate_series(?::bigint, ?::bigint) n""")) {
                    insert.setLong(1, done);
                    insert.setLong(2, Math.min(done + 100_000, wanted) - 1);
                    insert.executeUpdate();
                }
                System.out.printf("\r%,d old events", Math.min(done + 100_000, wanted));
            }
            System.out.println();
            connection.createStatement().execute("set statement_timeout = '10s'");
        }
    }
}
