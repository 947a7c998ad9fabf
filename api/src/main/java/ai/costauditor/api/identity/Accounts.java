package ai.costauditor.api.identity;

import ai.costauditor.api.organisations.People;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.organisations.OrganisationCommand.RegisterUser;
import ai.costauditor.ledger.organisations.OrganisationDirectory;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/** The people who sign in. A password is kept as a slow hash; too many wrong ones lock the account for a while. */
@Component
public class Accounts implements People {

    private static final int FREE_ATTEMPTS = 5;
    private static final int SHORTEST_PASSWORD = 12;

    private final JdbcClient database;
    private final PasswordEncoder passwords;
    private final Ledger ledger;
    private final OrganisationDirectory organisations;
    private final Clock clock;

    Accounts(
            JdbcClient database,
            PasswordEncoder passwords,
            Ledger ledger,
            OrganisationDirectory organisations,
            Clock clock) {
        this.database = database;
        this.passwords = passwords;
        this.ledger = ledger;
        this.organisations = organisations;
        this.clock = clock;
    }

    /**
     * @param password the hash
     * @param signInsFrom sign-ins from before this moment are over
     */
    public record Account(
            UserId user,
            OrganisationId organisation,
            String email,
            String name,
            String password,
            Set<Role> roles,
            boolean disabled,
            @Nullable Instant lockedUntil,
            Instant signInsFrom) {

        /** For the log: without the hash. */
        @Override
        public String toString() {
            return "Account[" + user + " of " + organisation + "]";
        }
    }

    /** @throws RuleViolated if the address is taken or the password is too short */
    public void create(
            OrganisationId organisation, UserId user, String email, String name, String password, Set<Role> roles) {
        requireStrong(password);
        if (byEmail(email).isPresent()) {
            throw taken();
        }
        // an earlier attempt may have come this far
        if (!organisations.users(organisation).contains(user)) {
            ledger.execute(new RegisterUser(organisation, user, new Change(user.value(), clock.instant(), null)));
        }
        try {
            database.sql("insert into account (user_id, organisation, email, name, password, roles)"
                            + " values (?, ?, ?, ?, ?, ?)")
                    .params(user.value(), organisation.value(), normal(email), name, hash(password), text(roles))
                    .update();
        } catch (DuplicateKeyException e) {
            throw taken();
        }
    }

    private static RuleViolated taken() {
        return new RuleViolated(RuleViolated.Code.CONFLICT, "there is an account with this address already");
    }

    /** Whether nobody at all can sign in yet. */
    public boolean isEmpty() {
        return database.sql("select not exists (select from account)")
                .query(Boolean.class)
                .single();
    }

    public Optional<Account> find(OrganisationId organisation, UserId user) {
        return database.sql("select * from account where organisation = ? and user_id = ?")
                .params(organisation.value(), user.value())
                .query(Accounts::account)
                .optional();
    }

    Optional<Account> byUser(String user) {
        return database.sql("select * from account where user_id = ?")
                .param(user)
                .query(Accounts::account)
                .optional();
    }

    Optional<Account> byEmail(String email) {
        return database.sql("select * from account where email = ?")
                .param(normal(email))
                .query(Accounts::account)
                .optional();
    }

    List<Account> list(OrganisationId organisation) {
        return database.sql("select * from account where organisation = ? order by name, user_id")
                .param(organisation.value())
                .query(Accounts::account)
                .list();
    }

    /** In force with the next request. An administrator keeps their own roles, so that there always is one. */
    void changeRoles(Caller caller, UserId user, Set<Role> roles) {
        requireSomeoneElse(caller, user);
        requireFound(database.sql("update account set roles = ? where organisation = ? and user_id = ?")
                .params(text(roles), caller.organisation().value(), user.value())
                .update());
    }

    /** Ends all of the person's sign-ins and tokens at once. */
    void disable(Caller caller, UserId user) {
        requireSomeoneElse(caller, user);
        requireFound(database.sql(
                        "update account set disabled = true, sign_ins_from = ? where organisation = ? and user_id = ?")
                .params(now(), caller.organisation().value(), user.value())
                .update());
    }

    /** Ends all other sign-ins. The old password is guarded against guessing like a sign-in. */
    void changePassword(Caller caller, String old, String wanted) {
        Account account = find(caller.organisation(), caller.user())
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such account"));
        if (isLocked(account)) {
            throw new RuleViolated(RuleViolated.Code.CONFLICT, "too many wrong passwords: wait a few minutes");
        }
        if (!passwords.matches(old, account.password())) {
            failed(account.email());
            throw new RuleViolated(RuleViolated.Code.INVALID, "the old password is wrong");
        }
        requireStrong(wanted);
        database.sql("update account set password = ?, sign_ins_from = ? where user_id = ?")
                .params(hash(wanted), now(), caller.user().value())
                .update();
    }

    boolean isLocked(Account account) {
        return account.lockedUntil() != null && clock.instant().isBefore(account.lockedUntil());
    }

    /** After five wrong passwords each further one locks twice as long, a quarter of an hour at most. */
    void failed(String email) {
        int attempts = database.sql("update account set failed_attempts = failed_attempts + 1 where email = ?"
                        + " returning failed_attempts")
                .param(normal(email))
                .query(Integer.class)
                .optional()
                .orElse(0);
        if (attempts >= FREE_ATTEMPTS) {
            Duration pause = Duration.ofSeconds(Math.min(900, 15L << Math.min(attempts - FREE_ATTEMPTS, 6)));
            database.sql("update account set locked_until = ? where email = ?")
                    .params(OffsetDateTime.ofInstant(clock.instant().plus(pause), ZoneOffset.UTC), normal(email))
                    .update();
        }
    }

    void succeeded(String user) {
        database.sql("update account set failed_attempts = 0, locked_until = null where user_id = ?")
                .param(user)
                .update();
    }

    @Override
    public Map<UserId, String> names(OrganisationId organisation) {
        return list(organisation).stream().collect(Collectors.toMap(Account::user, Account::name));
    }

    private String hash(String password) {
        return Objects.requireNonNull(passwords.encode(password));
    }

    private OffsetDateTime now() {
        return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static void requireSomeoneElse(Caller caller, UserId user) {
        if (caller.user().equals(user)) {
            throw new RuleViolated(RuleViolated.Code.CONFLICT, "another administrator must do this");
        }
    }

    /** bcrypt reads 72 bytes and no more. */
    private static void requireStrong(String password) {
        if (password.length() < SHORTEST_PASSWORD || password.getBytes(StandardCharsets.UTF_8).length > 72) {
            throw new RuleViolated(
                    RuleViolated.Code.INVALID,
                    "a password has at least " + SHORTEST_PASSWORD + " characters and at most 72 bytes");
        }
    }

    private static void requireFound(int rows) {
        if (rows == 0) {
            throw new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no such user");
        }
    }

    private static String normal(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }

    static String text(Set<Role> roles) {
        return roles.stream().map(Role::name).sorted().collect(Collectors.joining(","));
    }

    static Set<Role> roles(String text) {
        return Arrays.stream(text.split(","))
                .filter(name -> !name.isEmpty())
                .map(Role::valueOf)
                .collect(Collectors.toSet());
    }

    private static Account account(ResultSet row, int number) throws SQLException {
        OffsetDateTime locked = row.getObject("locked_until", OffsetDateTime.class);
        return new Account(
                new UserId(row.getString("user_id")),
                new OrganisationId(row.getString("organisation")),
                row.getString("email"),
                row.getString("name"),
                row.getString("password"),
                roles(row.getString("roles")),
                row.getBoolean("disabled"),
                locked == null ? null : locked.toInstant(),
                row.getObject("sign_ins_from", OffsetDateTime.class).toInstant());
    }
}
