package ai.costauditor.api.dev;

import ai.costauditor.api.cli.Trouble;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL, kept in the data folder. A server that an earlier process left behind is stopped first; one that dies
 * is started again on the same port.
 */
final class DevDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DevDatabase.class);
    private static final String NAME = "auditor";
    private static final String USER = "postgres";

    private final Path folder;
    private final String password;
    private final int port;
    private volatile EmbeddedPostgres server;
    private volatile boolean closing;

    private DevDatabase(Path folder, String password) throws IOException {
        this.folder = folder;
        this.password = password;
        this.port = freePort();
        this.server = startServer();
    }

    static DevDatabase start(DataFolder data) {
        Path folder = data.root().resolve("postgres");
        try {
            stopLeftOver(folder);
            String password = Files.readString(data.secret("database-password"));
            DevDatabase database = new DevDatabase(folder, password);
            database.prepare();
            database.watch();
            return database;
        } catch (IOException | IllegalStateException | SQLException e) {
            throw new Trouble(
                    "PostgreSQL does not start on " + folder + ": " + rootMessage(e)
                            + "; the folder may be damaged: move it away, or choose another --data",
                    e);
        }
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
    }

    private EmbeddedPostgres startServer() throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(30))
                .setConnectConfig("password", password)
                .setServerConfig("max_connections", "100")
                .setServerConfig("shared_buffers", "128MB")
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The first start trusts everybody on loopback; from then on a password is needed. */
    private void prepare() throws SQLException, IOException {
        try (Connection connection = server.getPostgresDatabase(java.util.Map.of("password", password))
                        .getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("select 1 from pg_database where datname = '" + NAME + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("alter user " + USER + " password '" + password + "'");
            statement.execute("create database " + NAME);
            Files.writeString(
                    folder.resolve("pg_hba.conf"),
                    "# written by ./auditor dev\nhost all all 127.0.0.1/32 scram-sha-256\n");
            statement.execute("select pg_reload_conf()");
        }
    }

    /** After {@code kill -9} of the Java process its server lives on, and a second one on the same folder only seems to work. */
    private static void stopLeftOver(Path folder) throws IOException {
        Optional<ProcessHandle> found = running(folder);
        if (found.isEmpty()) {
            return;
        }
        ProcessHandle old = found.get();
        LOG.info("stopping the PostgreSQL that an earlier process left behind (process {})", old.pid());
        new ProcessBuilder("kill", "-INT", Long.toString(old.pid())).start();
        try {
            old.onExit().get(15, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
            old.destroyForcibly();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The server of the folder, by its own file; a number that another program has now is not ours. */
    private static Optional<ProcessHandle> running(Path folder) throws IOException {
        Path file = folder.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d+")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(ProcessHandle::isAlive)
                .filter(process -> process.info()
                        .commandLine()
                        .or(() -> process.info().command())
                        .filter(line -> line.contains("postgres"))
                        .isPresent());
    }

    /** Starts the server again when it dies, so that calls work within seconds. */
    private void watch() throws IOException {
        running(folder).ifPresent(process -> process.onExit().thenRun(() -> {
            if (!closing) {
                Thread.ofVirtual().name("postgres-again").start(this::startAgain);
            }
        }));
    }

    private void startAgain() {
        LOG.warn("PostgreSQL has died; starting it again");
        for (int attempt = 1; !closing; attempt++) {
            try {
                Files.deleteIfExists(folder.resolve("postmaster.pid"));
                server = startServer();
                watch();
                LOG.warn("PostgreSQL runs again");
                return;
            } catch (IOException | IllegalStateException e) {
                LOG.warn("attempt {} to start PostgreSQL again failed: {}", attempt, rootMessage(e));
                java.util.concurrent.locks.LockSupport.parkNanos(500_000_000);
            }
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + NAME;
    }

    String user() {
        return USER;
    }

    String password() {
        return password;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
