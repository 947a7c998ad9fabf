package ai.costauditor.ledger.holds;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The open holds of the whole cluster, as a table that follows the record. It is read by windows of transactions below the
 * oldest that is still open, so that no event is missed or taken twice.
 */
final class OpenHolds {

    /** Any number, the same in every version of the product. */
    private static final long SWEEPER_LOCK = 7_205_759_403_792_793L;

    private static final int EVENTS_AT_A_TIME = 20_000;

    private final JdbcClient sql;
    private final TransactionTemplate transaction;

    OpenHolds(DataSource dataSource) {
        this.sql = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    record OpenHold(KeyId key, CallId call, Instant authorisedAt) {}

    /** @param oldest time of the authorisation, none if nothing is open */
    record Summary(long count, @Nullable Instant oldest) {}

    private enum Progress {
        ANOTHER_PROCESS_DOES_IT,
        THERE_MAY_BE_MORE,
        UP_TO_DATE
    }

    /** @return false if another process does this already */
    boolean follow() {
        Progress progress;
        do {
            progress = transaction.execute(status -> isSweeper() ? readOneWindow() : Progress.ANOTHER_PROCESS_DOES_IT);
        } while (progress == Progress.THERE_MAY_BE_MORE);
        return progress == Progress.UP_TO_DATE;
    }

    private boolean isSweeper() {
        return sql.sql("select pg_try_advisory_xact_lock(?)")
                .param(SWEEPER_LOCK)
                .query(Boolean.class)
                .single();
    }

    private Progress readOneWindow() {
        String from = sql.sql("select next_tx::text from open_hold_reader for update")
                .query(String.class)
                .single();
        String horizon = sql.sql("select pg_snapshot_xmin(pg_current_snapshot())::text")
                .query(String.class)
                .single();
        String bound = sql.sql("""
                        select tx_id::text from ledger_event
                        where tx_id > ?::xid8 and tx_id < ?::xid8
                        order by tx_id offset ? limit 1""")
                .params(from, horizon, EVENTS_AT_A_TIME)
                .query(String.class)
                .optional()
                .orElse(horizon);
        apply(from, bound);
        sql.sql("update open_hold_reader set next_tx = ?::xid8").param(bound).update();
        return bound.equals(horizon) ? Progress.UP_TO_DATE : Progress.THERE_MAY_BE_MORE;
    }

    /** Calls that began and ended inside the window leave no trace, and their payloads are not read. */
    private void apply(String fromTx, String beforeTx) {
        sql.sql("""
                        with happened as materialized (
                            select event_type, stream, call, position from ledger_event
                            where tx_id >= :from::xid8 and tx_id < :before::xid8 and event_type in
                                ('key.CallAuthorised', 'key.CallSettled', 'key.CallReleased', 'key.HoldExpired',
                                 'key.HoldExtended')),
                        ended as materialized (
                            select call from happened
                            where event_type in ('key.CallSettled', 'key.CallReleased', 'key.HoldExpired')),
                        extended as (
                            select h.call, max((e.payload::jsonb ->> 'expires')::timestamptz) as expires
                            from happened h join ledger_event e using (position)
                            where h.event_type = 'key.HoldExtended' group by 1),
                        removed as (delete from open_hold using ended where open_hold.call = ended.call),
                        moved as (
                            update open_hold set expires = extended.expires from extended
                            where open_hold.call = extended.call
                                and open_hold.call not in (select call from ended)),
                        begun as materialized (
                            select position from happened
                            where event_type = 'key.CallAuthorised'
                                and call not in (select call from ended))
                        insert into open_hold (call, key, node, authorised_at, expires)
                        select e.call, e.stream, e.payload::jsonb -> 'hold' ->> 'node',
                            (e.payload::jsonb ->> 'at')::timestamptz,
                            coalesce(extended.expires, (e.payload::jsonb -> 'hold' ->> 'expires')::timestamptz)
                        from begun join ledger_event e using (position) left join extended on extended.call = e.call
                        on conflict (call) do nothing""").param("from", fromTx).param("before", beforeTx).update();
    }

    List<OpenHold> pastTheirTime(Duration grace) {
        return holds("expires < clock_timestamp() - make_interval(secs => ?)", grace);
    }

    /** Only of processes that are known and have fallen silent. */
    List<OpenHold> ofDeadNodes(Duration silence) {
        return holds("""
                node in (select id from ledger_node where seen_at < clock_timestamp() - make_interval(secs => ?))""", silence);
    }

    private List<OpenHold> holds(String condition, Duration duration) {
        return sql.sql("select key, call, authorised_at from open_hold where " + condition
                        + " order by authorised_at limit 10000")
                .param(duration.toMillis() / 1000.0)
                .query((row, n) -> new OpenHold(
                        new KeyId(row.getString("key")),
                        new CallId(row.getString("call")),
                        row.getObject("authorised_at", OffsetDateTime.class).toInstant()))
                .list();
    }

    Summary summary() {
        return sql.sql("select count(*) as holds, min(authorised_at) as oldest from open_hold")
                .query((row, n) -> {
                    OffsetDateTime oldest = row.getObject("oldest", OffsetDateTime.class);
                    return new Summary(row.getLong("holds"), oldest == null ? null : oldest.toInstant());
                })
                .single();
    }

    /** Of processes that are gone and hold nothing. */
    void forgetNodes() {
        sql.sql("""
                        delete from ledger_node
                        where seen_at < clock_timestamp() - interval '1 day'
                            and id not in (select node from open_hold)""").update();
    }
}
