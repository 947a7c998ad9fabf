package ai.costauditor.bench.peers;

import ai.costauditor.bench.Load;
import java.util.List;

/** Who is compared, in the order of the table. */
final class Peers {

    static final List<Peer> ALL = List.of(
            new Direct(),
            new ScriptedPeer("nginx", "nginx", Peer.Keeps.NOTHING, "/", Load.CHAT),
            new Portkey(),
            LiteLlm.bare(),
            LiteLlm.inMemory(),
            LiteLlm.withRedis(),
            new Eggrd(),
            LiteLlmRs.bare(),
            LiteLlmRs.withBudget(),
            LiteLlmRs.withLedger(),
            new Auditor());

    private Peers() {}
}
