package ai.costauditor.bench.peers;

import ai.costauditor.bench.Ports;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A database that a peer writes to, in a process that a {@code kill -9} of the peer does not reach.
 *
 * @param variable tells the peer's start script the port
 */
record Store(String variable, int port, ProcessHandle process) implements AutoCloseable {

    static Store redis(Peer.Place place, Path data) throws IOException, InterruptedException {
        return start(place, data, "redis", "REDIS_PORT");
    }

    static Store postgresql(Peer.Place place, Path data) throws IOException, InterruptedException {
        return start(place, data, "postgresql", "POSTGRESQL_PORT");
    }

    private static Store start(Peer.Place place, Path data, String product, String variable)
            throws IOException, InterruptedException {
        int port = Ports.free();
        Script script = Script.of(place, product).with("PORT", port);
        script.install();
        Path folder = Path.of(data + "-" + product);
        Process process = script.start(folder);
        for (int i = 0; i < 240 && process.isAlive(); i++) {
            try (Socket ready = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new Store(variable, port, process.toHandle());
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(250);
            }
        }
        Script.end(Peer.withDescendants(process.toHandle()).toList());
        throw new NotRunning(product + " did not start", Script.log(folder));
    }

    /** The value of a key in Redis, by its inline commands. */
    Optional<String> get(String key) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            socket.getOutputStream().write(("GET " + key + "\r\n").getBytes(StandardCharsets.UTF_8));
            String length = answers.readLine();
            if (length == null || !length.startsWith("$")) {
                throw new IOException("Redis answered " + length);
            }
            return length.startsWith("$-") ? Optional.empty() : Optional.ofNullable(answers.readLine());
        }
    }

    Stream<ProcessHandle> processes() {
        return Peer.withDescendants(process);
    }

    @Override
    public void close() {
        Script.end(processes().toList());
    }
}
