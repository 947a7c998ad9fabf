package ai.costauditor.api.identity;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.TimeOrderedIds;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tokens for scripts: {@code aat_}, 256 random bits as hex and eight digits of their CRC-32, so that secret scanners find them;
 * kept as a hash, shown once. A token never can do more than the
 * person who made it can do now.
 */
@Component
public class ApiTokens {

    static final String PREFIX = "aat_";

    private static final Duration LONGEST = Duration.ofDays(366);

    private final JdbcClient database;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    ApiTokens(JdbcClient database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** What is known of a token; the secret is not. */
    record Token(
            String id,
            String name,
            UserId userId,
            Set<Role> roles,
            Instant createdAt,
            Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable Instant lastUsedAt) {}

    record Issued(String id, String secret) {

        @Override
        public String toString() {
            return id;
        }
    }

    Issued issue(Caller caller, String name, Set<Role> roles, Duration life) {
        if (!caller.roles().containsAll(roles) || roles.isEmpty()) {
            throw new RuleViolated(RuleViolated.Code.INVALID, "a token has some of your own roles and no others");
        }
        if (life.isNegative() || life.isZero() || life.compareTo(LONGEST) > 0) {
            throw new RuleViolated(RuleViolated.Code.INVALID, "a token lives a year at most");
        }
        String secret = secret();
        String id = "tok_" + TimeOrderedIds.next();
        database.sql("insert into api_token (id, organisation, user_id, name, hash, roles, expires_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?)")
                .params(
                        id,
                        caller.organisation().value(),
                        caller.user().value(),
                        name,
                        hash(secret),
                        Accounts.text(roles),
                        now().plus(life))
                .update();
        return new Issued(id, secret);
    }

    /** A fresh token in the place of all earlier ones of that name. */
    public String replace(OrganisationId organisation, UserId user, String name, Set<Role> roles) {
        database.sql("update api_token set revoked_at = now() where user_id = ? and name = ? and revoked_at is null")
                .params(user.value(), name)
                .update();
        return issue(new Caller(organisation, user, roles), name, roles, Duration.ofDays(30))
                .secret();
    }

    /** An administrator sees all tokens of the organisation, anybody else their own. */
    List<Token> list(Caller caller) {
        return database.sql("select * from api_token where organisation = ? and (? or user_id = ?)"
                        + " order by created_at desc, id")
                .params(
                        caller.organisation().value(),
                        isAdmin(caller),
                        caller.user().value())
                .query(ApiTokens::token)
                .list();
    }

    void revoke(Caller caller, String id) {
        int rows = database.sql("update api_token set revoked_at = coalesce(revoked_at, now())"
                        + " where organisation = ? and id = ? and (? or user_id = ?)")
                .params(
                        caller.organisation().value(),
                        id,
                        isAdmin(caller),
                        caller.user().value())
                .update();
        if (rows == 0) {
            throw new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such token");
        }
    }

    /** Who the token speaks for; empty if it is unknown, expired or revoked, or its owner is disabled. */
    Optional<Caller> caller(String secret) {
        if (!looksRight(secret)) {
            return Optional.empty();
        }
        String hash = hash(secret);
        Optional<Caller> caller = database.sql(
                        "select t.organisation, t.user_id, t.roles, a.roles as owner_roles from api_token t"
                                + " join account a on a.user_id = t.user_id"
                                + " where t.hash = ? and t.revoked_at is null and t.expires_at > ? and not a.disabled")
                .params(hash, now())
                .query((row, number) -> {
                    Set<Role> roles = new HashSet<>(Accounts.roles(row.getString("roles")));
                    roles.retainAll(Accounts.roles(row.getString("owner_roles")));
                    return new Caller(
                            new OrganisationId(row.getString("organisation")),
                            new UserId(row.getString("user_id")),
                            roles);
                })
                .optional();
        caller.ifPresent(known -> noteUse(hash));
        return caller;
    }

    /** To the minute: a busy script does not write a row with each request. */
    private void noteUse(String hash) {
        database.sql("update api_token set last_used_at = ?"
                        + " where hash = ? and (last_used_at is null or last_used_at < ?)")
                .params(now(), hash, now().minusMinutes(1))
                .update();
    }

    private OffsetDateTime now() {
        return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static boolean isAdmin(Caller caller) {
        return caller.roles().contains(Role.ADMIN);
    }

    private String secret() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String unchecked = PREFIX + HexFormat.of().formatHex(bytes);
        return unchecked + checksum(unchecked);
    }

    private static boolean looksRight(String text) {
        int end = text.length() - 8;
        return end == PREFIX.length() + 64 && checksum(text.substring(0, end)).equals(text.substring(end));
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    static String hash(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private static Token token(ResultSet row, int number) throws SQLException {
        OffsetDateTime used = row.getObject("last_used_at", OffsetDateTime.class);
        OffsetDateTime revoked = row.getObject("revoked_at", OffsetDateTime.class);
        return new Token(
                row.getString("id"),
                row.getString("name"),
                new UserId(row.getString("user_id")),
                Accounts.roles(row.getString("roles")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                revoked == null ? null : revoked.toInstant(),
                used == null ? null : used.toInstant());
    }
}
