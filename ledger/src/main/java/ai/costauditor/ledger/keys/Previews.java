package ai.costauditor.ledger.keys;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How much of the text of calls is kept, encrypted, beside the record.
 *
 * @param length characters of the request and of the answer, each; 0 forbids previews to everything below
 * @param redact what is blacked out before it is kept; everything that is known if missing
 * @param visibleTo the roles that may read them: {@code ADMIN} and {@code AUDITOR} if missing
 */
public record Previews(int length, List<Redaction> redact, List<String> visibleTo) {

    public static final int LONGEST = 4_000;

    /** Kinds of text that are nobody's business. */
    public enum Redaction {
        @JsonProperty("email")
        EMAIL,
        /** Payment cards, if their check digit is right. */
        @JsonProperty("card")
        CARD,
        @JsonProperty("phone")
        PHONE,
        /** API keys, tokens, private keys. */
        @JsonProperty("secret")
        SECRET
    }

    public Previews {
        if (length < 0 || length > LONGEST) {
            throw new IllegalArgumentException("a preview has 0 to " + LONGEST + " characters");
        }
        redact = redact == null ? List.of(Redaction.values()) : List.copyOf(redact);
        visibleTo = visibleTo == null ? List.of("ADMIN", "AUDITOR") : List.copyOf(visibleTo);
    }

    /** The shorter one, what either blacks out, and who may read both. */
    public Previews and(@Nullable Previews other) {
        if (other == null) {
            return this;
        }
        TreeSet<Redaction> both = new TreeSet<>(redact);
        both.addAll(other.redact);
        return new Previews(
                Math.min(length, other.length),
                List.copyOf(both),
                visibleTo.stream().filter(other.visibleTo::contains).toList());
    }
}
