package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.store.Replay;

/** Lets the check see a key as the key sees itself. */
public final class KeyReplay {

    private KeyReplay() {}

    public static Replay<?> begin() {
        return new Replay<>(new VirtualKey(), (key, event) -> key.on((KeyEvent) event), new KeySnapshots());
    }
}
