package ai.costauditor.ledger.store;

import ai.costauditor.ledger.organisations.OrganisationId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What a batch takes for true without asking: the terms of organisations, in a version that this process has in memory. The
 * statement that records the events of the batch fails if one of them has moved on, and the batch has lost a race.
 *
 * <p>Batches hold a shared lock on the organisations from that statement until their commit, a change of terms an exclusive
 * one from the moment at which it begins: so no change overtakes a batch that does not know it.
 */
public final class TermsInUse {

    private static final String BATCH = TermsInUse.class.getName();

    private final JdbcTemplate sql;

    TermsInUse(DataSource dataSource) {
        this.sql = new JdbcTemplate(dataSource);
    }

    private static final class Batch {
        /** In the order in which their locks are taken, so that no two batches wait for each other. */
        final Map<String, Long> relied = new TreeMap<>();

        boolean isAsked;
        boolean lost;
    }

    /** In this batch. */
    public void relyOn(OrganisationId organisation, long version) {
        batch().relied.put(organisation.value(), version);
    }

    /**
     * This batch changes the terms, and no other process can until its end. Waits for batches of others that are being
     * recorded; if another change was first, this batch will fail at its end.
     *
     * @param relied the version that is changed
     */
    public void change(OrganisationId organisation, long relied) {
        sql.queryForList("select ledger_lock_terms(?)::text", organisation.value());
        Batch batch = batch();
        if (batch.relied.remove(organisation.value()) != null) {
            batch.lost |= version(organisation) != relied;
        }
    }

    /** Zero if they have never been changed. */
    public long version(OrganisationId organisation) {
        return sql
                .queryForList(
                        "select version from directory_terms where organisation = ?", Long.class, organisation.value())
                .stream()
                .findFirst()
                .orElse(0L);
    }

    private Batch batch() {
        UnitOfWork<?> root = CurrentUnitOfWork.get().root();
        return root.getOrComputeResource(BATCH, key -> {
            Batch batch = new Batch();
            root.onPrepareCommit(decided -> {
                requireNotLost(batch);
                // behind the statement that records the events, if there is one
                root.onPrepareCommit(recorded -> requireUnchanged(batch));
            });
            return batch;
        });
    }

    private static void requireNotLost(Batch batch) {
        if (batch.lost) {
            throw new ConcurrencyException("another process has changed the terms of an organisation");
        }
    }

    /** A batch without events has answers, which have to be true as well. */
    private void requireUnchanged(Batch batch) {
        if (!batch.isAsked && !batch.relied.isEmpty()) {
            sql.execute("select ledger_require_terms(?, ?)", (PreparedStatement statement) -> {
                bind(statement, batch.relied);
                return statement.execute();
            });
        }
    }

    /** Fills the first two parameters, those of {@code ledger_require_terms}, for the running batch. */
    static void ask(PreparedStatement statement) throws SQLException {
        Batch batch =
                CurrentUnitOfWork.isStarted() ? CurrentUnitOfWork.get().root().getResource(BATCH) : null;
        if (batch == null) {
            bind(statement, Map.of());
        } else {
            batch.isAsked = true;
            bind(statement, batch.relied);
        }
    }

    private static void bind(PreparedStatement statement, Map<String, Long> relied) throws SQLException {
        Connection connection = statement.getConnection();
        statement.setArray(1, connection.createArrayOf("text", relied.keySet().toArray(new String[0])));
        statement.setArray(2, connection.createArrayOf("int8", relied.values().toArray(new Long[0])));
    }
}
