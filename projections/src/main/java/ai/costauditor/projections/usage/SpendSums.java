package ai.costauditor.projections.usage;

import ai.costauditor.ledger.usage.TokenKind;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Moves what calls and adjustments add to the spend. What that is, the view says that is read here, and nobody else. */
class SpendSums {

    private static final String PLACE = "organisation, quarter, team_id, project_id, user_id, key_id, provider, model";
    private static final List<String> MEASURES = Stream.concat(
                    Stream.of("entries", "calls", "cost", "unpriced", "unknown", "unresolved"),
                    Arrays.stream(TokenKind.values()).map(TokenKind::wireName))
            .toList();
    private static final String MOVE = """
            insert into usage_spend (%s, %s)
            select organisation, date_bin('15 minutes', counts_at, timestamptz '2000-01-01Z') as quarter,
                   team_id, project_id, user_id, key_id, provider, model, %s
            from usage_spend_entry where id = any(:entries)
            group by 1, 2, 3, 4, 5, 6, 7, 8
            order by 1, 2, 3, 4, 5, 6, 7, 8
            on conflict (%s) do update set %s
            """;

    private final JdbcClient database;
    private final String add = move("");
    private final String subtract = move("-");

    SpendSums(JdbcClient database) {
        this.database = database;
    }

    /** Calls that have ended, and adjustments; their rows are written. */
    void add(Collection<String> entries) {
        if (!entries.isEmpty()) {
            database.sql(add).param("entries", entries.toArray(String[]::new)).update();
        }
    }

    /** Calls that may have counted already, before their rows change. */
    void subtract(Collection<String> calls) {
        if (!calls.isEmpty()) {
            database.sql(subtract)
                    .param("entries", calls.toArray(String[]::new))
                    .update();
        }
    }

    /** A cell that no entry is left in must not stay behind: a rebuild would not make it. */
    void forgetEmpty(Collection<String> calls) {
        if (!calls.isEmpty()) {
            database.sql("""
                            delete from usage_spend cell using usage_call call
                            where call.id = any(:calls) and cell.organisation = call.organisation and cell.entries = 0
                              and cell.quarter
                                = date_bin('15 minutes', coalesce(call.counted_at, call.started_at), timestamptz '2000-01-01Z')
                            """).param("calls", calls.toArray(String[]::new)).update();
        }
    }

    private static String move(String sign) {
        return MOVE.formatted(
                PLACE,
                String.join(", ", MEASURES),
                MEASURES.stream().map(m -> sign + "sum(" + m + ")").collect(Collectors.joining(", ")),
                PLACE,
                MEASURES.stream()
                        .map(m -> m + " = usage_spend." + m + " + excluded." + m)
                        .collect(Collectors.joining(", ")));
    }
}
