package ai.costauditor.ledger;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The network between a process and its PostgreSQL, and what can go wrong with it. It understands the protocol as far as it
 * must to see a transaction that writes to the record, its COMMIT, and the server's answer to it.
 */
public final class PostgresProxy implements AutoCloseable {

    /** What happens to the COMMIT of a transaction that wrote to the record. */
    public enum Fate {
        ARRIVES,
        /** The connection breaks before the server has seen it. */
        IS_LOST,
        /** The server has committed, and the connection breaks before the client learns it. */
        IS_DONE_AND_THE_ANSWER_LOST,
        /** It stays on the way until {@link #letGo}, also if the client has gone away by then. */
        IS_HELD_UP
    }

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;

    private final PostgresForTests.Database behind;
    private final InetSocketAddress server;
    private final ServerSocket door;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final Gate silence = new Gate();
    private final Gate heldUp = new Gate();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("postgres-proxy").factory());
    private volatile boolean away;
    private volatile Duration delay = Duration.ZERO;
    private volatile Supplier<Fate> fates = () -> Fate.ARRIVES;

    private PostgresProxy(PostgresForTests.Database behind) throws IOException {
        this.behind = behind;
        int port = URI.create(behind.url().substring("jdbc:".length())).getPort();
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("postgres-proxy").start(this::accept);
    }

    public static PostgresProxy before(PostgresForTests.Database database) {
        try {
            return new PostgresProxy(database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same database, through here. */
    public PostgresForTests.Database database() {
        String url = behind.url().replace(":" + server.getPort() + "/", ":" + door.getLocalPort() + "/");
        return new PostgresForTests.Database(url, behind.user(), behind.password());
    }

    // --- what can go wrong ---

    /** Of each COMMIT from now on; asked by one connection at a time. */
    public void fateOfCommits(Supplier<Fate> decide) {
        fates = decide;
    }

    /** Of the next COMMIT; the ones after it arrive. */
    public void fateOfTheNextCommit(Fate fate) {
        AtomicInteger asked = new AtomicInteger();
        fates = () -> asked.getAndIncrement() == 0 ? fate : Fate.ARRIVES;
    }

    /** As {@link #fateOfTheNextCommit}, and nothing can connect after it. */
    public void fateOfTheNextCommitBeforeAllIsAway(Fate fate) {
        AtomicInteger asked = new AtomicInteger();
        fates = () -> {
            if (asked.getAndIncrement() > 0) {
                return Fate.ARRIVES;
            }
            away = true;
            links.stream().filter(link -> !link.isCommitting).forEach(Link::cut);
            return fate;
        };
    }

    /** What was held up arrives. */
    public void letGo() {
        heldUp.open();
    }

    public void cutAll() {
        links.forEach(Link::cut);
    }

    /** Everything is cut, and new connections are too. */
    public void goAway() {
        away = true;
        cutAll();
    }

    public void comeBack() {
        away = false;
    }

    public void awayFor(Duration time) {
        goAway();
        timer.schedule(this::comeBack, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Nothing arrives any more, on either side, and no connection ends. What was sent arrives afterwards. */
    public void fallSilent() {
        silence.close();
    }

    public void speakAgain() {
        silence.open();
    }

    public void silentFor(Duration time) {
        fallSilent();
        timer.schedule(this::speakAgain, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Every message takes this long. */
    public void delay(Duration each) {
        delay = each;
    }

    // --- what was seen ---

    /** Transactions with writes to the record that the server has committed. */
    public int commits() {
        return commits.get();
    }

    public int cuts() {
        return cuts.get();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutAll();
        silence.open();
        heldUp.open();
    }

    // --- one connection ---

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (away) {
                    client.close();
                    continue;
                }
                Link link = new Link(client);
                links.add(link);
                Thread.ofVirtual().start(link::open);
            } catch (IOException e) {
                if (!door.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private final class Link {

        private final Socket client;
        private final Socket backend = new Socket();
        private final Map<String, String> statements = new HashMap<>();
        private volatile boolean writesToTheRecord;
        private volatile boolean isCommitting;
        private volatile Fate fate = Fate.ARRIVES;

        Link(Socket client) {
            this.client = client;
        }

        void open() {
            try {
                backend.connect(server);
                client.setTcpNoDelay(true);
                backend.setTcpNoDelay(true);
                greet();
                Thread.ofVirtual().start(() -> pump(this::answers));
                pump(this::questions);
            } catch (IOException e) {
                end();
            }
        }

        private interface Way {
            void run() throws IOException;
        }

        private void pump(Way way) {
            try {
                way.run();
            } catch (IOException e) {
                end(); // as a broken connection ends for both
            }
        }

        void cut() {
            cuts.incrementAndGet();
            end();
        }

        private void end() {
            try (client;
                    backend) {
                links.remove(this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What comes before messages have types. */
        private void greet() throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(backend.getOutputStream());
            for (; ; ) {
                byte[] startup = in.readNBytes(in.readInt() - 4);
                int code = startup.length < 4 ? 0 : ByteBuffer.wrap(startup).getInt();
                if (code == SSL_REQUEST || code == GSS_REQUEST) {
                    client.getOutputStream().write('N');
                    continue;
                }
                silence.pass();
                out.writeInt(startup.length + 4);
                out.write(startup);
                return;
            }
        }

        /** From the client to the server. */
        private void questions() throws IOException {
            try (Messages messages = new Messages(client, backend)) {
                while (messages.next()) {
                    String sql = sql(messages);
                    if (sql != null && sql.startsWith("insert into ledger_event")) {
                        writesToTheRecord = true;
                    }
                    if ("commit".equals(sql) && writesToTheRecord && !isCommitting && !commit()) {
                        return;
                    }
                    messages.passOn();
                }
            }
        }

        /** @return whether it arrives */
        private boolean commit() {
            isCommitting = true;
            synchronized (PostgresProxy.this) {
                fate = fates.get();
            }
            if (fate == Fate.IS_LOST) {
                cut();
                return false;
            }
            if (fate == Fate.IS_HELD_UP) {
                heldUp.close();
                heldUp.pass();
            }
            return true;
        }

        /** What the message makes the server execute, if it says so. */
        private @Nullable String sql(Messages messages) {
            return switch (messages.type) {
                case 'Q' -> lower(messages.text(0));
                case 'P' -> {
                    String name = messages.text(0);
                    String sql = lower(messages.text(name.length() + 1));
                    statements.put(name, sql);
                    yield sql;
                }
                case 'B' -> statements.get(messages.text(messages.text(0).length() + 1));
                default -> null;
            };
        }

        private static String lower(String sql) {
            return sql.strip().toLowerCase(Locale.ROOT);
        }

        /** From the server to the client. */
        private void answers() throws IOException {
            try (Messages messages = new Messages(backend, client)) {
                while (messages.next()) {
                    if (messages.type == 'C' && messages.text(0).equals("COMMIT") && isCommitting) {
                        commits.incrementAndGet();
                        if (fate == Fate.IS_DONE_AND_THE_ANSWER_LOST) {
                            cut();
                            return;
                        }
                    }
                    // ready for the next one, and not in a transaction
                    if (messages.type == 'Z' && messages.body[0] == 'I') {
                        isCommitting = false;
                        writesToTheRecord = false;
                    }
                    messages.passOn();
                }
            }
        }
    }

    /** One direction of a connection; when it ends, the other side is told so and may still say what it has to say. */
    private final class Messages implements AutoCloseable {

        private final DataInputStream in;
        private final Socket to;
        private final DataOutputStream out;
        private char type;
        private byte[] body = {};

        Messages(Socket from, Socket to) throws IOException {
            this.in = new DataInputStream(new BufferedInputStream(from.getInputStream()));
            this.to = to;
            this.out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream()));
        }

        boolean next() throws IOException {
            try {
                type = (char) in.readUnsignedByte();
                body = in.readNBytes(in.readInt() - 4);
            } catch (EOFException e) {
                return false;
            }
            return true;
        }

        /** The text that begins there and ends with a zero. */
        String text(int start) {
            int end = start;
            while (body[end] != 0) {
                end++;
            }
            return new String(body, start, end - start, StandardCharsets.UTF_8);
        }

        void passOn() throws IOException {
            LockSupport.parkNanos(delay.toNanos());
            silence.pass();
            out.writeByte(type);
            out.writeInt(body.length + 4);
            out.write(body);
            if (in.available() == 0) {
                out.flush();
            }
        }

        @Override
        public void close() throws IOException {
            if (!to.isClosed()) {
                out.flush();
                to.shutdownOutput();
            }
        }
    }

    /** Open, or everybody waits. */
    private static final class Gate {

        private boolean open = true;

        synchronized void close() {
            open = false;
        }

        synchronized void open() {
            open = true;
            notifyAll();
        }

        synchronized void pass() {
            boolean interrupted = false;
            while (!open) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
