package ai.costauditor.ledger.budgets;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.budgets.BudgetCommand.RecordMoves;
import ai.costauditor.ledger.budgets.BudgetEvent.LimitsSet;
import ai.costauditor.ledger.budgets.BudgetEvent.Move;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.periods.ClosedPeriods;
import ai.costauditor.ledger.policies.PolicyTerms;
import ai.costauditor.ledger.store.Aggregates;
import ai.costauditor.ledger.store.EndOfBatch;
import ai.costauditor.ledger.store.EventJson;
import ai.costauditor.ledger.store.TermsInUse;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.ObjectMapper;

/**
 * Knows inside a batch which scopes are limited, and keeps what the batch moves on them.
 *
 * <p>A limit that comes or goes changes which streams a call writes to, so it must not overtake a batch of another process;
 * that is the work of {@link TermsInUse}.
 */
final class LimitedScopes implements ScopeBudgets, PolicyTerms, ClosedPeriods, EndOfBatch {

    private static final String BATCH = LimitedScopes.class.getName();

    private final JdbcClient sql;
    private final JdbcTemplate jdbc;
    private final TermsInUse inUse;
    private final Aggregates aggregates;
    private final Supplier<KeyCounters> keys;
    private final ObjectMapper json = EventJson.create().getObjectMapper();

    /** What was read last. May be old: whoever uses it relies on its version. */
    private final Cache<OrganisationId, Terms> known =
            Caffeine.newBuilder().maximumSize(10_000).executor(Runnable::run).build();

    LimitedScopes(DataSource dataSource, TermsInUse inUse, Aggregates aggregates, Supplier<KeyCounters> keys) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.sql = JdbcClient.create(jdbc);
        this.inUse = inUse;
        this.aggregates = aggregates;
        this.keys = keys;
    }

    /** What holds for an organisation in a version of its terms. */
    private record Terms(long version, Set<Scope> limited, Map<Scope, Policy> policies, List<ClosedMonth> closed) {

        /** For a batch that changes them. */
        Terms copy() {
            return new Terms(version, new HashSet<>(limited), new HashMap<>(policies), new ArrayList<>(closed));
        }
    }

    private static final class Batch {
        final Map<OrganisationId, Terms> terms = new HashMap<>();
        final Set<Scope> moved = new LinkedHashSet<>();
        final Map<OrganisationId, Set<KeyId>> changedPlace = new HashMap<>();
        boolean broken;
    }

    private static Batch batch() {
        return CurrentUnitOfWork.get().root().getOrComputeResource(BATCH, key -> new Batch());
    }

    @Override
    public @Nullable BudgetBalance withoutRoomFor(Attribution attribution, Money hold, Instant at) {
        for (Scope scope : limitedAbove(attribution)) {
            BudgetBalance full = ask(scope, budget -> budget.withoutRoomFor(hold, at));
            if (full != null) {
                return full;
            }
        }
        return null;
    }

    @Override
    public boolean hasHardLimit(Attribution attribution) {
        return limitedAbove(attribution).stream().anyMatch(scope -> ask(scope, Budget::hasHardLimit));
    }

    @Override
    public @Nullable Money available(Attribution attribution, Instant at) {
        Money least = null;
        for (Scope scope : limitedAbove(attribution)) {
            Money available = ask(scope, budget -> budget.available(at));
            if (available != null && (least == null || least.isGreaterThan(available))) {
                least = available;
            }
        }
        return least;
    }

    @Override
    public void changesPlace(OrganisationId organisation, KeyId key) {
        Objects.requireNonNull(batch().changedPlace.computeIfAbsent(organisation, of -> new HashSet<>()))
                .add(key);
    }

    @Override
    public Set<KeyId> changedPlace(OrganisationId organisation) {
        return batch().changedPlace.getOrDefault(organisation, Set.of());
    }

    @Override
    public void move(Attribution attribution, Move move) {
        Batch batch = batch();
        List<Scope> scopes = limitedAbove(attribution);
        if (scopes.isEmpty()) {
            return;
        }
        CurrentUnitOfWork.get().onRollback(failed -> batch.broken = true);
        for (Scope scope : scopes) {
            batch.moved.add(scope);
            ask(scope, budget -> {
                budget.move(move);
                return move;
            });
        }
    }

    @Override
    public List<Command<?>> commands() {
        Batch batch = batch();
        if (batch.broken) {
            throw new IllegalStateException("a command failed after it had moved money on a scope, or changed terms");
        }
        return batch.moved.stream().<Command<?>>map(RecordMoves::new).toList();
    }

    /** The limits of the scope come or go, from here on in this batch and, after its commit, everywhere. */
    void changes(Scope scope, boolean isLimited) {
        Set<Scope> limited = changing(scope.organisation()).limited();
        if (isLimited) {
            limited.add(scope);
        } else {
            limited.remove(scope);
        }
    }

    List<BudgetAccount.State> spentByKeysOf(Scope scope) {
        return keys.get().sumOver(scope, changedPlace(scope.organisation()));
    }

    private <R extends @Nullable Object> R ask(Scope scope, Function<Budget, R> question) {
        return aggregates.ask(Budget.class, scope.stream(), question);
    }

    private List<Scope> limitedAbove(Attribution attribution) {
        Set<Scope> limited = limited(attribution.organisation());
        return limited.isEmpty()
                ? List.of()
                : Scope.of(attribution).stream().filter(limited::contains).toList();
    }

    private Set<Scope> limited(OrganisationId organisation) {
        return terms(organisation).limited();
    }

    private Terms terms(OrganisationId organisation) {
        return Objects.requireNonNull(batch().terms.computeIfAbsent(organisation, this::relyOn));
    }

    private Terms relyOn(OrganisationId organisation) {
        Terms terms = Objects.requireNonNull(known.get(organisation, this::read));
        inUse.relyOn(organisation, terms.version());
        CurrentUnitOfWork.get().root().onRollback(failed -> known.invalidate(organisation));
        return terms;
    }

    /** The terms that only this batch sees until its commit. */
    private Terms changing(OrganisationId organisation) {
        Terms changed = terms(organisation).copy();
        inUse.change(organisation, changed.version());
        known.invalidate(organisation);
        Batch batch = batch();
        batch.terms.put(organisation, changed);
        CurrentUnitOfWork.get().onRollback(failed -> batch.broken = true);
        return changed;
    }

    @Override
    public Map<Scope, Policy> policies(OrganisationId organisation) {
        return terms(organisation).policies();
    }

    @Override
    public void changes(Scope scope, Policy policy) {
        Map<Scope, Policy> policies = changing(scope.organisation()).policies();
        if (policy.equals(Policy.NOTHING)) {
            policies.remove(scope);
        } else {
            policies.put(scope, policy);
        }
    }

    /** The version first: what is changed in between is newer than it says, and found out. */
    private Terms read(OrganisationId organisation) {
        long version = inUse.version(organisation);
        return Objects.requireNonNull(jdbc.execute("""
                select scope_type, scope_id from directory_budget where organisation = ?;
                select scope_type, scope_id, policy from directory_policy where organisation = ?;
                select month, starts, ends from directory_period where organisation = ?""", (PreparedStatement statement) -> {
            statement.setString(1, organisation.value());
            statement.setString(2, organisation.value());
            statement.setString(3, organisation.value());
            statement.execute();
            Set<Scope> limited = scopes(organisation, statement.getResultSet());
            statement.getMoreResults();
            Map<Scope, Policy> policies = policies(organisation, statement.getResultSet());
            statement.getMoreResults();
            return new Terms(version, limited, policies, months(statement.getResultSet()));
        }));
    }

    private static List<ClosedMonth> months(ResultSet rows) throws SQLException {
        List<ClosedMonth> months = new ArrayList<>();
        while (rows.next()) {
            months.add(new ClosedMonth(
                    YearMonth.parse(rows.getString("month")),
                    rows.getObject("starts", OffsetDateTime.class).toInstant(),
                    rows.getObject("ends", OffsetDateTime.class).toInstant()));
        }
        return months;
    }

    @Override
    public Optional<ClosedMonth> closedAt(OrganisationId organisation, Instant at) {
        return terms(organisation).closed().stream()
                .filter(month -> month.holds(at))
                .findFirst();
    }

    @Override
    public void close(OrganisationId organisation, ClosedMonth month) {
        changing(organisation).closed().add(month);
    }

    private Map<Scope, Policy> policies(OrganisationId organisation, ResultSet rows) throws SQLException {
        Map<Scope, Policy> policies = new HashMap<>();
        while (rows.next()) {
            Policy policy = json.readValue(rows.getString("policy"), Policy.class);
            if (!Policy.NOTHING.equals(policy)) {
                policies.put(scope(organisation, rows), policy);
            }
        }
        return policies;
    }

    private static Scope scope(OrganisationId organisation, ResultSet row) throws SQLException {
        return new Scope(organisation, ScopeType.valueOf(row.getString("scope_type")), row.getString("scope_id"));
    }

    private static Set<Scope> scopes(OrganisationId organisation, ResultSet rows) throws SQLException {
        Set<Scope> scopes = new HashSet<>();
        while (rows.next()) {
            scopes.add(scope(organisation, rows));
        }
        return scopes;
    }

    // --- the directory, in the writer's transaction ---

    void write(List<? extends EventMessage<?>> events) {
        for (EventMessage<?> message : events) {
            if (message.getPayload() instanceof LimitsSet event) {
                write(event);
            }
        }
    }

    private void write(LimitsSet event) {
        Scope scope = event.scope();
        if (event.limits().isEmpty()) {
            sql.sql("delete from directory_budget where organisation = ? and scope_id = ?")
                    .params(scope.organisation().value(), scope.id())
                    .update();
        } else {
            sql.sql("""
                            insert into directory_budget (organisation, scope_type, scope_id) values (?, ?, ?)
                            on conflict do nothing""")
                    .params(scope.organisation().value(), scope.type().name(), scope.id())
                    .update();
        }
    }
}
