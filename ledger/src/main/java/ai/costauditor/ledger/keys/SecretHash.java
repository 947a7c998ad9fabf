package ai.costauditor.ledger.keys;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** HMAC-SHA-256 of a key's secret under the server's pepper, as 64 hex digits. The secret itself is never stored. */
public record SecretHash(@JsonValue String hex) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public SecretHash {
        if (hex.length() != 64 || !isHex(hex)) {
            throw new IllegalArgumentException("not a SHA-256 in hex");
        }
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }
}
