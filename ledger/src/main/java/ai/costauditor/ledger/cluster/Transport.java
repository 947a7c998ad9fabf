package ai.costauditor.ledger.cluster;

import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;

/**
 * Says which peer has closed its connection, as one does that dies. The library can make that a suspicion, but then two that
 * connect to each other at once, of whose connections one is closed, can exclude each other.
 */
final class Transport extends TCP {

    private final Consumer<Address> closed;

    /** @param closed must not block */
    Transport(Consumer<Address> closed) {
        this.closed = closed;
        setId(ClassConfigurator.getProtocolId(TCP.class));
    }

    @Override
    public void connectionClosed(Connection connection) {
        Address peer = connection.peerAddress() instanceof PhysicalAddress address
                ? logical_addr_cache.getByValue(address)
                : null;
        if (peer != null) {
            closed.accept(peer);
        }
    }
}
