package ai.costauditor.ledger.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who does not know the secret is not heard. */
@NullUnmarked
class StrangersTest {

    private final PostgresForTests.Database database = PostgresForTests.fresh();

    @Test
    void aProcessWithAnotherSecretStaysAlone() {
        Map<String, Object> another = new HashMap<>(ClusterForTests.settings());
        another.put("auditor.cluster.secret", "hex:" + "5d".repeat(32));
        try (ClusterForTests cluster = ClusterForTests.of(2, database);
                LedgerForTests stranger = LedgerForTests.over(database, another)) {
            assertThat(ClusterForTests.peers(stranger).members()).hasSize(1);
            cluster.nodes()
                    .forEach(node ->
                            assertThat(ClusterForTests.peers(node).members()).hasSize(2));
        }
    }

    @Test
    void whoHasNoKeyIsNotListenedTo() throws Exception {
        try (ClusterForTests cluster = ClusterForTests.of(1, database)) {
            assertThatThrownBy(() ->
                            firstByteOfTheAnswer(trusting().getSocketFactory().createSocket()))
                    .as("TLS without the cluster's key")
                    .isInstanceOf(IOException.class);
            assertThat(firstByteOfTheAnswer(new Socket()))
                    .as("no TLS: an alert, or the end")
                    .isIn(0x15, -1);
            assertThat(ClusterForTests.peers(cluster.node(0)).members()).hasSize(1);
        }
    }

    private int firstByteOfTheAnswer(Socket socket) throws IOException {
        String listening = JdbcClient.create(database.dataSource())
                .sql("select ip from cluster_member")
                .query(String.class)
                .single();
        int port = Integer.parseInt(listening.substring(listening.lastIndexOf(':') + 1));
        try (socket) {
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
            socket.getOutputStream().write("hello, let me in".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return socket.getInputStream().read();
        }
    }

    @Test
    void theSameSecretIsTheSameIdentityAndAnotherIsNot() throws Exception {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        byte[] other = secret.clone();
        other[31] ^= 1;

        handshake(SharedIdentity.from(secret), SharedIdentity.from(secret));
        assertThatThrownBy(() -> handshake(SharedIdentity.from(secret), SharedIdentity.from(other)))
                .isInstanceOf(SSLException.class);
        CompletableFuture<Integer> served = new CompletableFuture<>();
        // the client may learn it from a connection that is gone before it has read why
        assertThatThrownBy(() -> handshake(SharedIdentity.from(other), trusting(), served))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(served::join).hasCauseInstanceOf(SSLException.class);
    }

    @Test
    void thereIsNoClusterWithoutASecret() {
        Map<String, Object> none = new HashMap<>(ClusterForTests.settings());
        none.put("auditor.cluster.secret", "");
        assertThatThrownBy(() -> LedgerForTests.over(database, none)).hasStackTraceContaining("auditor.cluster.secret");
        assertThatThrownBy(() -> SharedIdentity.from(new byte[31])).hasMessageContaining("shorter than 32 bytes");
    }

    /** Both sides read a byte of the other, so both have looked at who the other is. */
    private static void handshake(SSLContext server, SSLContext client) throws Exception {
        handshake(server, client, new CompletableFuture<>());
    }

    /** @param served what the server has read, or why it has not */
    private static void handshake(SSLContext server, SSLContext client, CompletableFuture<Integer> served)
            throws Exception {
        try (SSLServerSocket listening = (SSLServerSocket)
                server.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setNeedClientAuth(true);
            Thread.ofVirtual().start(() -> {
                try (Socket accepted = listening.accept()) {
                    int read = accepted.getInputStream().read();
                    accepted.getOutputStream().write(read);
                    served.complete(read);
                } catch (IOException e) {
                    served.completeExceptionally(e);
                }
            });
            try (Socket socket = client.getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
                socket.getOutputStream().write(42);
                assertThat(socket.getInputStream().read()).isEqualTo(42);
            }
        }
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new TrustEverybody()}, null);
        return context;
    }

    private static final class TrustEverybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
