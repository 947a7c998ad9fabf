package ai.costauditor.ledger.previews;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps text of calls beside the record, under a key for each person, or for each virtual key that belongs to nobody. The
 * events have the hash of what is kept, so it can be proved that it was not changed, also after it can no longer be read.
 */
public final class PreviewVault {

    private static final Logger LOG = LoggerFactory.getLogger(PreviewVault.class);

    /** What of a call. */
    public enum Part {
        REQUEST,
        ANSWER;

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Encrypted, and not kept yet. */
    public record Sealed(OrganisationId organisation, String subjectKey, CallId call, Part part, byte[] bytes) {

        /** SHA-256 of the encrypted bytes, for the event: 64 hex digits. */
        public String hash() {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java has no SHA-256", e);
            }
        }
    }

    /**
     * @param erased whether there was text that nobody can read any more
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Text(@Nullable String request, @Nullable String answer, boolean erased) {}

    private final JdbcClient sql;
    private final SubjectKeys keys;

    PreviewVault(DataSource dataSource, SubjectKeys keys) {
        this.sql = JdbcClient.create(dataSource);
        this.keys = keys;
    }

    /** Whether this server was given a key to keep text under. */
    public boolean isConfigured() {
        return keys.areConfigured();
    }

    /** Under whose key the text of a call is. */
    public static String subject(Attribution attribution, KeyId key) {
        UserId user = attribution.user();
        return user == null ? key.value() : user.value();
    }

    public Sealed seal(OrganisationId organisation, String subject, CallId call, Part part, String text) {
        SubjectKeys.SubjectKey key = keys.of(organisation, subject);
        byte[] bytes = key.cipher().encrypt(text.getBytes(StandardCharsets.UTF_8), place(call, part.text()));
        return new Sealed(organisation, key.id(), call, part, bytes);
    }

    /**
     * What was sealed under a key that was erased since is not kept.
     *
     * @throws org.springframework.dao.DataAccessException if it cannot be kept
     */
    public void keep(Sealed sealed) {
        sql.sql("""
                        insert into call_preview (call, part, organisation, subject_key, bytes)
                        select ?, ?, ?, id, ? from subject_key where id = ?
                        on conflict do nothing""")
                .params(
                        sealed.call().value(),
                        sealed.part().text(),
                        sealed.organisation().value(),
                        sealed.bytes(),
                        sealed.subjectKey())
                .update();
    }

    /** None if nothing was kept of the call. */
    public @Nullable Text read(OrganisationId organisation, CallId call) {
        Map<String, @Nullable String> texts = new HashMap<>();
        boolean[] erased = {false};
        sql.sql("""
                        select p.part, p.bytes, k.id, k.subject, k.wrapped
                        from call_preview p left join subject_key k on k.id = p.subject_key
                        where p.call = ? and p.organisation = ?""").params(call.value(), organisation.value()).query(row -> {
            String part = row.getString("part");
            if (row.getString("id") == null) {
                erased[0] = true;
            } else {
                texts.put(part, decrypted(row, place(call, part)));
            }
        });
        return texts.isEmpty() && !erased[0]
                ? null
                : new Text(texts.get(Part.REQUEST.text()), texts.get(Part.ANSWER.text()), erased[0]);
    }

    /** None if it cannot be read, as after the server was given another key. */
    private @Nullable String decrypted(ResultSet row, String place) throws SQLException {
        try {
            Cipher256 cipher = keys.unwrap(row.getString("id"), row.getString("subject"), row.getBytes("wrapped"));
            return new String(cipher.decrypt(row.getBytes("bytes"), place), StandardCharsets.UTF_8);
        } catch (IllegalStateException e) {
            LOG.warn("The preview {} cannot be read: {}", place, e.getMessage());
            return null;
        }
    }

    private static String place(CallId call, String part) {
        return call.value() + "/" + part;
    }
}
