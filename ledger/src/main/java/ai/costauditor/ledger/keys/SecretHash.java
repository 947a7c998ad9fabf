package ai.costauditor.ledger.keys;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** HMAC-SHA-256 of a key's secret under the server's pepper, as 64 hex digits. The secret itself is never stored. */
public record SecretHash(@JsonValue String hex) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public SecretHash {
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a SHA-256 in hex");
        }
    }
}
