package ai.costauditor.gateway.wire;

/** Sorts of objects that providers keep. The words stand in our table. */
public enum StoredKind {
    RESPONSE("/responses"),
    COMPLETION("/chat/completions"),
    FILE("/files"),
    BATCH("/batches"),
    MESSAGE_BATCH("/messages/batches");

    private final String path;

    StoredKind(String path) {
        this.path = path;
    }

    /** Where they are, behind the provider's root. */
    public String path() {
        return path;
    }
}
