package ai.costauditor.api.dev;

import ai.costauditor.api.cli.Trouble;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL, kept in the data folder, on loopback, behind a password. A server that an earlier process left behind
 * is stopped first; one that dies is started again on the same port.
 */
final class DevDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DevDatabase.class);

    private static final String NAME = "auditor";
    private static final String USER = "auditor";
    private static final int LOWEST_PORT = 20_000;
    private static final int HIGHEST_PORT = 32_000;
    private static final int MOST_PORTS_TRIED = 50;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final PostgresProgram program;
    private final Path folder;
    private final Path log;
    private final String password;
    private final int port;
    private volatile boolean closing;

    private DevDatabase(PostgresProgram program, DataFolder data) throws IOException {
        this.program = program;
        this.folder = data.root().resolve("postgres");
        this.log = data.root().resolve("postgres.log");
        this.password = Files.readString(data.secret("database-password"));
        this.port = freePort();
    }

    /** @throws Trouble if it does not start */
    static DevDatabase start(DataFolder data) {
        try {
            DevDatabase database = new DevDatabase(PostgresProgram.unpacked(data.root()), data);
            Files.deleteIfExists(database.log);
            database.stopLeftOver();
            database.makeOnce(data.secret("database-password"));
            database.startServer();
            database.createOnce();
            Thread.ofPlatform().daemon().name("postgres-watch").start(database::watch);
            return database;
        } catch (IOException | SQLException e) {
            throw new Trouble(
                    "PostgreSQL does not start on " + data.root().resolve("postgres") + ": " + e.getMessage()
                            + "; the folder may be damaged: move " + data.root() + " away, or choose another --data",
                    e);
        }
    }

    private void makeOnce(Path passwordFile) throws IOException {
        Path version = folder.resolve("PG_VERSION");
        if (Files.exists(version)) {
            String found = Files.readString(version).strip();
            if (!found.equals(PostgresProgram.MAJOR)) {
                throw new IOException("it was made by PostgreSQL " + found + ", and this is " + PostgresProgram.MAJOR);
            }
            return;
        }
        if (Files.exists(folder)) {
            throw new IOException("PG_VERSION is missing");
        }
        // moved into place when it is whole, so that a start that was cut off leaves nothing half made
        Path fresh = folder.resolveSibling("postgres.new");
        if (Files.exists(fresh)) {
            PostgresProgram.delete(fresh);
        }
        PostgresProgram.Outcome made = program.run(
                log,
                "initdb",
                "--pgdata=" + fresh,
                "--username=" + USER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-instructions",
                "--set=listen_addresses=127.0.0.1",
                "--set=unix_socket_directories=",
                "--set=max_connections=100",
                "--set=shared_buffers=128MB");
        if (made.code() != 0) {
            throw new IOException(essence(made.output()));
        }
        Files.move(fresh, folder);
    }

    /** Through {@code pg_ctl}, which gives it a session of its own: Ctrl-C must reach this process first. */
    private void startServer() throws IOException {
        PostgresProgram.Outcome started = program.run(
                log,
                "pg_ctl",
                "start",
                "--wait",
                "--timeout=60",
                "--pgdata=" + folder,
                "--options=-p " + port + " -c jit=off -c max_wal_size=1GB");
        if (started.code() != 0) {
            throw new IOException(essence(started.output()));
        }
    }

    private static String essence(String output) {
        return output.lines()
                .filter(line -> line.contains("FATAL") || line.contains("PANIC") || line.contains("error:"))
                .findFirst()
                .or(() -> output.lines().filter(line -> !line.isBlank()).reduce((first, last) -> last))
                .map(line -> line.replaceFirst("^.*?(FATAL|PANIC|error): +", ""))
                .orElse("it gives no reason");
    }

    private void createOnce() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url("postgres"), USER, password);
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("select 1 from pg_database where datname = '" + NAME + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("create database " + NAME);
        }
    }

    /** After {@code kill -9} of the Java process its server lives on, and a second one on the same folder only seems to work. */
    private void stopLeftOver() throws IOException {
        if (server().isPresent()) {
            System.out.println("Stopping the PostgreSQL that an earlier process left behind.");
            stopServer();
        }
    }

    private void stopServer() throws IOException {
        PostgresProgram.Outcome stopped =
                program.run(log, "pg_ctl", "stop", "--mode=fast", "--wait", "--timeout=30", "--pgdata=" + folder);
        if (stopped.code() != 0) {
            server().ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** The server of the folder, by its own file; a number that another program has now is not ours. */
    private Optional<ProcessHandle> server() throws IOException {
        Path file = folder.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d+")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(DevDatabase::isAlive)
                .filter(process -> process.info().command().orElse("postgres").contains("postgres"));
    }

    /** Where nobody buries the dead, as in some containers, they still look alive to Java. */
    private static boolean isAlive(ProcessHandle process) {
        try {
            Path state = Path.of("/proc", Long.toString(process.pid()), "stat");
            return process.isAlive()
                    && !(Files.exists(state)
                            && Files.readString(state)
                                    .replaceFirst("^.*\\) ", "")
                                    .startsWith("Z"));
        } catch (IOException e) {
            return false; // it ended while we looked
        }
    }

    /** Starts the server again when it dies, so that calls work within seconds. */
    private void watch() {
        while (!closing) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            try {
                if (!closing && server().isEmpty()) {
                    LOG.warn("PostgreSQL has died; starting it again");
                    startServer();
                    LOG.warn("PostgreSQL runs again");
                }
            } catch (IOException e) {
                // its orphans need a moment to notice and to let go of the memory they share
                LOG.warn("PostgreSQL did not start again and will be tried again: {}", e.getMessage());
            }
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    String url() {
        return url(NAME);
    }

    String user() {
        return USER;
    }

    String password() {
        return password;
    }

    /** Not one of those that systems give to outgoing connections: it would be taken when a server that died is started again. */
    private static int freePort() throws IOException {
        for (int tries = 1; ; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                if (tries == MOST_PORTS_TRIED) {
                    throw taken;
                }
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            stopServer();
        } catch (IOException e) {
            LOG.warn("PostgreSQL was not stopped: {}", e.getMessage());
        }
    }
}
