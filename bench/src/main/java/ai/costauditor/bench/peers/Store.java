package ai.costauditor.bench.peers;

import java.util.stream.Stream;

/**
 * A database that a peer writes to, in a process that a {@code kill -9} of the peer does not reach.
 *
 * @param variable tells the peer's start script the port
 */
record Store(String variable, int port, ProcessHandle process) implements AutoCloseable {

    Stream<ProcessHandle> processes() {
        return Peer.withDescendants(process);
    }

    @Override
    public void close() {
        Script.end(processes().toList());
    }
}
