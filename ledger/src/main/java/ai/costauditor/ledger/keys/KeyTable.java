package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.keys.KeyEvent.BudgetsSet;
import ai.costauditor.ledger.keys.KeyEvent.KeyIssued;
import ai.costauditor.ledger.keys.KeyEvent.KeyMoved;
import ai.costauditor.ledger.keys.KeyEvent.KeyResumed;
import ai.costauditor.ledger.keys.KeyEvent.KeyRevoked;
import ai.costauditor.ledger.keys.KeyEvent.KeySuspended;
import ai.costauditor.ledger.keys.KeyEvent.PolicyChanged;
import ai.costauditor.ledger.keys.KeyEvent.SecretRotated;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.store.EventJson;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.ObjectMapper;

/**
 * The directory as one table, written in the transaction of the event, and the keys in use in memory. A change on this node
 * is seen with its answer; one on another node within half a second, because each node asks for the rows that changed.
 */
final class KeyTable implements KeyDirectory, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeyTable.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(400);

    /** No transaction can be open for longer, so a change cannot become visible later than this. */
    private static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(20);

    /** Text that only looks like a key costs a query once, and no more than this many at a time. */
    private static final int LOOKUPS_AT_A_TIME = 4;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final JdbcClient sql;
    private final KeySecrets secrets;
    private final ObjectMapper json = EventJson.create().getObjectMapper();
    private final Cache<SecretHash, Entry> known =
            Caffeine.newBuilder().maximumSize(200_000).build();
    private final Cache<SecretHash, Boolean> unknown = Caffeine.newBuilder()
            .maximumSize(50_000)
            .expireAfterWrite(Duration.ofSeconds(30))
            .build();
    private final Semaphore lookups = new Semaphore(LOOKUPS_AT_A_TIME);
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("key-changes").factory());

    KeyTable(DataSource dataSource, KeySecrets secrets) {
        this.sql = JdbcClient.create(dataSource);
        this.secrets = secrets;
    }

    void start() {
        looks.scheduleWithFixedDelay(
                this::forgetWhatChanged, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }

    // --- finding ---

    @Override
    public Optional<Entry> find(String presentedSecret) {
        if (!secrets.looksRight(presentedSecret)) {
            return Optional.empty();
        }
        SecretHash hash = secrets.hash(presentedSecret);
        Entry entry = known.getIfPresent(hash);
        if (entry != null || unknown.getIfPresent(hash) != null) {
            return Optional.ofNullable(entry);
        }
        return lookUp(hash);
    }

    private Optional<Entry> lookUp(SecretHash hash) {
        requireTurn();
        try {
            Optional<Entry> entry = Optional.ofNullable(known.get(hash, this::read));
            if (entry.isEmpty()) {
                unknown.put(hash, true);
            }
            return entry;
        } catch (DataAccessException | TransactionException e) {
            throw new LedgerUnavailable("the directory of keys cannot be read", e);
        } finally {
            lookups.release();
        }
    }

    private void requireTurn() {
        try {
            if (lookups.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            throw new LedgerUnavailable("too many unknown keys at once", new IllegalStateException());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LedgerUnavailable("stopping", e);
        }
    }

    private @Nullable Entry read(SecretHash hash) {
        return sql.sql("select entry from directory_key where secret_hash = ?")
                .param(hash.hex())
                .query((row, n) -> entry(row.getString("entry")))
                .optional()
                .orElse(null);
    }

    @Override
    public Optional<Entry> get(OrganisationId organisation, KeyId key) {
        return sql.sql("select entry from directory_key where organisation = ? and id = ?")
                .params(organisation.value(), key.value())
                .query((row, n) -> entry(row.getString("entry")))
                .optional();
    }

    @Override
    public List<Entry> list(OrganisationId organisation) {
        return sql.sql("select entry from directory_key where organisation = ? order by created_at, id")
                .param(organisation.value())
                .query((row, n) -> entry(row.getString("entry")))
                .list();
    }

    private Entry entry(String text) {
        return json.readValue(text, Entry.class);
    }

    // --- writing, in the writer's transaction ---

    void write(List<? extends EventMessage<?>> events) {
        Set<SecretHash> changed = new HashSet<>();
        for (EventMessage<?> message : events) {
            if (message.getPayload() instanceof KeyEvent.Administered event) {
                write(event, changed);
            }
        }
        if (!changed.isEmpty()) {
            CurrentUnitOfWork.get().root().afterCommit(done -> changed.forEach(this::forget));
        }
    }

    private void write(KeyEvent.Administered event, Set<SecretHash> changed) {
        if (event instanceof KeyIssued e) {
            insert(e);
            changed.add(e.secret());
            return;
        }
        Row row = lockedRow(event.key());
        changed.add(row.secret());
        Entry was = row.entry();
        switch (event) {
            case KeyIssued e -> throw new IllegalStateException("inserted above: " + e.key());
            case PolicyChanged e ->
                update(was, row.secret(), was.attribution(), was.status(), e.policy(), was.budgets());
            case BudgetsSet e -> update(was, row.secret(), was.attribution(), was.status(), was.policy(), e.budgets());
            case KeyMoved e -> update(was, row.secret(), e.attribution(), was.status(), was.policy(), was.budgets());
            case KeySuspended e ->
                update(was, row.secret(), was.attribution(), KeyStatus.SUSPENDED, was.policy(), was.budgets());
            case KeyResumed e ->
                update(was, row.secret(), was.attribution(), KeyStatus.ACTIVE, was.policy(), was.budgets());
            case KeyRevoked e ->
                update(was, row.secret(), was.attribution(), KeyStatus.REVOKED, was.policy(), was.budgets());
            case SecretRotated e -> {
                update(was, e.secret(), was.attribution(), was.status(), was.policy(), was.budgets());
                changed.add(e.secret());
            }
        }
    }

    private void insert(KeyIssued e) {
        Entry entry = new Entry(
                e.key(),
                e.name(),
                KeyStatus.ACTIVE,
                e.attribution(),
                e.policy(),
                e.budgets(),
                e.zone(),
                e.change().at(),
                List.of());
        sql.sql("""
                        insert into directory_key (id, organisation, secret_hash, status, entry, created_at, changed_at)
                        values (?, ?, ?, ?, ?, ?, clock_timestamp())""")
                .params(
                        e.key().value(),
                        e.attribution().organisation().value(),
                        e.secret().hex(),
                        KeyStatus.ACTIVE.name(),
                        json.writeValueAsString(entry),
                        e.change().at().atOffset(ZoneOffset.UTC))
                .update();
    }

    private record Row(SecretHash secret, Entry entry) {}

    private Row lockedRow(KeyId key) {
        return sql.sql("select secret_hash, entry from directory_key where id = ? for update")
                .param(key.value())
                .query((row, n) -> new Row(new SecretHash(row.getString("secret_hash")), entry(row.getString("entry"))))
                .single();
    }

    private void update(
            Entry was,
            SecretHash secret,
            Attribution attribution,
            KeyStatus status,
            Policy policy,
            List<BudgetLimit> budgets) {
        List<Attribution> earlier = new ArrayList<>(was.earlier());
        if (!attribution.equals(was.attribution())) {
            earlier.add(was.attribution());
        }
        Entry entry = new Entry(
                was.id(), was.name(), status, attribution, policy, budgets, was.zone(), was.createdAt(), earlier);
        sql.sql("""
                        update directory_key set secret_hash = ?, status = ?, entry = ?, changed_at = clock_timestamp()
                        where id = ?""")
                .params(
                        secret.hex(),
                        status.name(),
                        json.writeValueAsString(entry),
                        was.id().value())
                .update();
    }

    // --- forgetting ---

    private void forget(SecretHash hash) {
        known.invalidate(hash);
        unknown.invalidate(hash);
    }

    @Override
    public void forget(KeyId key) {
        known.asMap().values().removeIf(entry -> entry.id().equals(key));
        unknown.invalidateAll();
    }

    /** A rotated secret has left the table, so entries are compared by key. */
    private void forgetWhatChanged() {
        try {
            Set<String> keys = new HashSet<>();
            sql.sql(
                            "select id, secret_hash from directory_key where changed_at > clock_timestamp() - make_interval(secs => ?)")
                    .param(LONGEST_TRANSACTION.toSeconds())
                    .query(row -> {
                        keys.add(row.getString("id"));
                        unknown.invalidate(new SecretHash(row.getString("secret_hash")));
                    });
            if (!keys.isEmpty()) {
                known.asMap()
                        .values()
                        .removeIf(entry -> keys.contains(entry.id().value()));
            }
        } catch (RuntimeException e) {
            LOG.debug("Changes of keys cannot be read now", e);
        }
    }
}
