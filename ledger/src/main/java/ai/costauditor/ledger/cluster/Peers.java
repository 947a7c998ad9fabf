package ai.costauditor.ledger.cluster;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.sql.DataSource;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.JDBC_PING2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
import org.jgroups.util.StackType;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;
import org.jgroups.util.Util;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other processes on the same database: who is there, and questions that are answered with bytes. Nothing but bytes goes
 * over the wire, so nothing that arrives is ever made into an object of a type that the sender chooses.
 */
final class Peers implements Receiver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private static final String CLUSTER = "ai-cost-auditor";
    private static final byte QUESTION = 1;
    private static final byte ANSWER = 2;
    private static final int HEADER = Byte.BYTES + Long.BYTES;
    private static final int LARGEST_MESSAGE = 8 << 20;
    private static final Duration TO_CONNECT_AGAIN = Duration.ofMillis(700);

    private final ClusterSettings settings;
    private final JChannel channel;
    private final AtomicLong questions = new AtomicLong();
    private final Map<Long, Asked> asked = new ConcurrentHashMap<>();
    private final ExecutorService replies = Executors.newVirtualThreadPerTaskExecutor();
    private volatile List<Address> members = List.of();
    private volatile Function<byte[], CompletableFuture<byte[]>> answering = question -> new CompletableFuture<>();
    private volatile Runnable changed = () -> {};

    private record Asked(Address peer, CompletableFuture<byte[]> answer) {}

    /** The peer has left; whether it did what it was asked is not known. */
    static final class PeerHasLeft extends RuntimeException {

        private static final long serialVersionUID = 1L;

        PeerHasLeft(String why) {
            super(why);
        }
    }

    Peers(String node, ClusterSettings settings, DataSource dataSource, SSLContext tls) throws Exception {
        this.settings = settings;
        InetAddress address = Util.getAddress(settings.bindAddress(), StackType.Dual);
        this.channel = new JChannel(stack(address, dataSource, tls)).name(node).setReceiver(this);
    }

    /** From the wire up. No flow control: questions are small, and one who waits too long gives up by itself. */
    private List<Protocol> stack(InetAddress address, DataSource dataSource, SSLContext tls) {
        TCP transport = new Transport(this::connectionClosed);
        transport.setBindAddress(address).setBindPort(settings.port()).setPortRange(0);
        transport.tls(new TLS().enabled(true).setSSLContext(tls).setClientAuth(TLSClientAuth.NEED));
        transport.logAcceptError(false).setMaxLength(LARGEST_MESSAGE);
        // a peer that hangs must not stop messages to the others
        transport.setBundlerType(PerDestinationBundler.class.getName());
        JDBC_PING2 directory = new JDBC_PING2()
                .setDataSource(dataSource)
                .setInitializeSql(null)
                .setInsertSingleSql("""
                        insert into cluster_member (address, name, cluster, ip, is_coordinator) values (?, ?, ?, ?, ?)
                        on conflict (address) do update set name = excluded.name, cluster = excluded.cluster,
                            ip = excluded.ip, is_coordinator = excluded.is_coordinator""")
                .setDeleteSingleSql("delete from cluster_member where address = ?")
                .setClearSql("delete from cluster_member where cluster = ?")
                .setSelectAllPingdataSql(
                        "select address, name, ip, is_coordinator from cluster_member where cluster = ?");
        directory.registerShutdownHook(false);
        return List.of(
                transport,
                directory,
                new MERGE3().setMinInterval(2_000).setMaxInterval(5_000),
                new FD_ALL3().setTimeout(8_000).setInterval(2_000),
                new VERIFY_SUSPECT2().setTimeout(1_000),
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                new GMS().setJoinTimeout(1_500).setMaxJoinAttempts(3).printLocalAddress(false));
    }

    /**
     * @param answering how to answer a question of another process; must not block
     * @param changed what to do when members have come or gone; must not block
     */
    void start(Function<byte[], CompletableFuture<byte[]>> answering, Runnable changed) throws Exception {
        this.answering = answering;
        this.changed = changed;
        channel.connect(CLUSTER);
    }

    /** All who are there, this process among them; empty outside of a cluster. */
    List<Address> members() {
        return members;
    }

    boolean isSelf(Address member) {
        return member.equals(channel.getAddress());
    }

    static UUID idOf(Address member) {
        org.jgroups.util.UUID id = (org.jgroups.util.UUID) member;
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    /** Fails with a {@code TimeoutException} after the time of the settings, with {@link PeerHasLeft} when the peer has left. */
    CompletableFuture<byte[]> ask(Address peer, byte[] question) {
        long number = questions.incrementAndGet();
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        asked.put(number, new Asked(peer, answer));
        answer.whenComplete((bytes, failure) -> asked.remove(number));
        // looked at after it was noted down: either this sees that the peer has left, or viewAccepted sees the question
        if (!members.contains(peer)) {
            answer.completeExceptionally(new PeerHasLeft(peer + " has left"));
            return answer;
        }
        send(peer, QUESTION, number, question);
        return answer.orTimeout(settings.answerWithin().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One that dies closes its connections. One that lives opens another, and what it was asked is answered through that. */
    private void connectionClosed(Address peer) {
        List<Asked> open = asked.values().stream()
                .filter(question -> question.peer().equals(peer))
                .toList();
        if (!open.isEmpty()) {
            CompletableFuture.delayedExecutor(TO_CONNECT_AGAIN.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> open.forEach(question -> question.answer()
                            .completeExceptionally(new PeerHasLeft(peer + " has closed its connection"))));
        }
    }

    private void send(Address peer, byte kind, long number, byte[] content) {
        byte[] bytes = ByteBuffer.allocate(HEADER + content.length)
                .put(kind)
                .putLong(number)
                .put(content)
                .array();
        try {
            channel.send(new BytesMessage(peer, bytes));
        } catch (Exception e) {
            LOG.debug("Nothing can be sent to {}", peer, e);
        }
    }

    @Override
    public void receive(Message message) {
        ByteBuffer bytes = ByteBuffer.wrap(message.getArray(), message.getOffset(), message.getLength());
        byte kind = bytes.get();
        long number = bytes.getLong();
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content);
        if (kind == ANSWER) {
            Asked waiting = asked.get(number);
            if (waiting != null && waiting.peer().equals(message.getSrc())) {
                waiting.answer().complete(content);
            }
        } else if (kind == QUESTION) {
            Address asking = message.getSrc();
            answering.apply(content).thenAcceptAsync(answer -> send(asking, ANSWER, number, answer), replies);
        }
    }

    @Override
    public void viewAccepted(View view) {
        List<Address> now = List.copyOf(view.getMembers());
        members = now;
        LOG.info("Processes that share the organisations: {}", now.size());
        asked.values().stream()
                .filter(question -> !now.contains(question.peer()))
                .forEach(question ->
                        question.answer().completeExceptionally(new PeerHasLeft(question.peer() + " has left")));
        changed.run();
    }

    /** The others take over as soon as they have heard it. */
    @Override
    public void close() {
        members = List.of();
        channel.close();
        asked.values()
                .forEach(question -> question.answer().completeExceptionally(new PeerHasLeft("this process stops")));
        replies.shutdown();
    }

    /** For tests that cut it. */
    JChannel channel() {
        return channel;
    }
}
