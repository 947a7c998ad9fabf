package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.store.AggregateKind;

/** How the state of a key is kept as JSON. */
final class KeySnapshots implements AggregateKind.Snapshots<VirtualKey> {

    @Override
    public String name() {
        return "key.snapshot.3";
    }

    @Override
    public Class<?> format() {
        return KeySnapshot.class;
    }

    @Override
    public Object take(VirtualKey key) {
        return key.snapshot();
    }

    @Override
    public VirtualKey restore(Object snapshot) {
        return VirtualKey.from((KeySnapshot) snapshot);
    }
}
