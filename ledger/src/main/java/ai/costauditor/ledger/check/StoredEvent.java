package ai.costauditor.ledger.check;

/**
 * One row of the record, as it is stored.
 *
 * @param transaction that wrote it; all events of a batch have the same
 */
public record StoredEvent(
        long position, long transaction, String stream, String kind, long version, String type, String payload) {

    @Override
    public String toString() {
        return "position " + position + " (" + type + ", " + stream + " version " + version + ")";
    }
}
