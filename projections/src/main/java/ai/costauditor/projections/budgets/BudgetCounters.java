package ai.costauditor.projections.budgets;

import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.projections.Sql;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What counts against a scope in a window. The limits of keys are the ledger's to tell. */
public class BudgetCounters {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final TypeReference<List<BudgetLimit>> LIMITS = new TypeReference<>() {};

    /** A user, project, team or organisation with its limits. */
    public record Limited(ScopeType type, String id, ZoneId zone, List<BudgetLimit> limits) {}

    /** What is counted for some scopes, as it was read. */
    public static final class Reading {

        private record Place(String scope, BudgetWindow window, Instant start) {}

        private record Counted(Money spent, Money held, Money unresolved) {
            static final Counted NOTHING = new Counted(Money.ZERO, Money.ZERO, Money.ZERO);
        }

        private final Map<Place, Counted> counted = new HashMap<>();

        /** Where the limit stands in the window that holds the instant. */
        public BudgetBalance balance(String scope, BudgetLimit limit, ZoneId zone, Instant at) {
            BudgetWindow.Span span = limit.window().at(at, zone);
            Counted found = counted.getOrDefault(new Place(scope, limit.window(), span.start()), Counted.NOTHING);
            return new BudgetBalance(
                    limit.at(at), span.start(), span.end(), found.spent(), found.held(), found.unresolved());
        }
    }

    private final JdbcClient database;

    public BudgetCounters(JdbcClient database) {
        this.database = database;
    }

    /** The limited scopes above the keys. */
    public List<Limited> limited(OrganisationId organisation) {
        return database.sql("""
                        select * from budget_scope where organisation = :organisation and limits <> '[]'
                        order by scope_type, scope_id
                        """)
                .param("organisation", organisation.value())
                .query((row, n) -> new Limited(
                        ScopeType.valueOf(row.getString("scope_type").toUpperCase(Locale.ROOT)),
                        row.getString("scope_id"),
                        ZoneId.of(row.getString("zone")),
                        JSON.readValue(row.getString("limits"), LIMITS)))
                .list();
    }

    static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** @param at only windows that may hold this instant are read */
    public Reading read(Collection<String> scopes, Instant at) {
        Reading reading = new Reading();
        if (scopes.isEmpty()) {
            return reading;
        }
        database.sql("""
                        select * from budget_counter
                        where scope_id = any(:scopes)
                          and window_start <= :at
                          and ("window" = 'total' or window_start > :at::timestamptz - interval '32 days')
                        """)
                .param("scopes", List.copyOf(scopes).toArray(String[]::new))
                .param("at", Sql.time(at))
                .query(row -> {
                    reading.counted.put(
                            new Reading.Place(
                                    row.getString("scope_id"),
                                    BudgetWindow.valueOf(row.getString("window").toUpperCase(Locale.ROOT)),
                                    Sql.instant(row, "window_start")),
                            new Reading.Counted(
                                    Sql.money(row, "spent"), Sql.money(row, "held"), Sql.money(row, "unresolved")));
                });
        return reading;
    }
}
