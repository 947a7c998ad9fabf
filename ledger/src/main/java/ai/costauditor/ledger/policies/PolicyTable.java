package ai.costauditor.ledger.policies;

import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.policies.PolicyEvent.PolicySet;
import ai.costauditor.ledger.store.EventJson;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.ObjectMapper;

/** The directory as one table, and the organisations in use in memory. */
final class PolicyTable implements PolicyDirectory, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyTable.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(400);

    /** No transaction can be open for longer, so a change cannot become visible later than this. */
    private static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(20);

    private final JdbcClient sql;
    private final ObjectMapper json = EventJson.create().getObjectMapper();
    private final Cache<OrganisationId, Map<Scope, Policy>> known =
            Caffeine.newBuilder().maximumSize(100_000).build();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("policy-changes").factory());

    PolicyTable(DataSource dataSource) {
        this.sql = JdbcClient.create(dataSource);
    }

    void start() {
        looks.scheduleWithFixedDelay(
                this::forgetWhatChanged, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }

    @Override
    public List<Applied> above(Attribution attribution) {
        Map<Scope, Policy> all = all(attribution.organisation());
        if (all.isEmpty()) {
            return List.of();
        }
        return Scope.of(attribution).stream()
                .filter(all::containsKey)
                .map(scope -> new Applied(Level.of(scope), Objects.requireNonNull(all.get(scope))))
                .toList();
    }

    @Override
    public Policy get(Scope scope) {
        return all(scope.organisation()).getOrDefault(scope, Policy.NOTHING);
    }

    @Override
    public List<Applied> list(OrganisationId organisation) {
        return all(organisation).entrySet().stream()
                .map(entry -> new Applied(Level.of(entry.getKey()), entry.getValue()))
                .toList();
    }

    private Map<Scope, Policy> all(OrganisationId organisation) {
        try {
            return Objects.requireNonNull(known.get(organisation, this::read));
        } catch (DataAccessException | TransactionException e) {
            throw new LedgerUnavailable("the policies cannot be read", e);
        }
    }

    private Map<Scope, Policy> read(OrganisationId organisation) {
        Map<Scope, Policy> policies = new HashMap<>();
        sql.sql("select scope_type, scope_id, policy from directory_policy where organisation = ?")
                .param(organisation.value())
                .query(row -> {
                    policies.put(
                            new Scope(
                                    organisation,
                                    ScopeType.valueOf(row.getString("scope_type")),
                                    row.getString("scope_id")),
                            json.readValue(row.getString("policy"), Policy.class));
                });
        policies.values().removeIf(Policy.NOTHING::equals);
        return policies;
    }

    // --- writing, in the writer's transaction ---

    void write(List<? extends EventMessage<?>> events) {
        for (EventMessage<?> message : events) {
            if (message.getPayload() instanceof PolicySet event) {
                write(event);
            }
        }
    }

    private void write(PolicySet event) {
        Scope scope = event.scope();
        sql.sql("""
                        insert into directory_policy (organisation, scope_type, scope_id, policy, changed_at)
                        values (?, ?, ?, ?, clock_timestamp())
                        on conflict (organisation, scope_id)
                        do update set policy = excluded.policy, changed_at = excluded.changed_at""")
                .params(
                        scope.organisation().value(),
                        scope.type().name(),
                        scope.id(),
                        json.writeValueAsString(event.policy()))
                .update();
        CurrentUnitOfWork.get().root().afterCommit(done -> forget(scope.organisation()));
    }

    // --- forgetting ---

    @Override
    public void forget(OrganisationId organisation) {
        known.invalidate(organisation);
    }

    private void forgetWhatChanged() {
        try {
            sql.sql(
                            "select distinct organisation from directory_policy where changed_at > clock_timestamp() - make_interval(secs => ?)")
                    .param(LONGEST_TRANSACTION.toSeconds())
                    .query(row -> {
                        forget(new OrganisationId(row.getString("organisation")));
                    });
        } catch (RuntimeException e) {
            LOG.debug("Changes of policies cannot be read now", e);
        }
    }
}
