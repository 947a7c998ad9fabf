package ai.costauditor.ledger.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;

/** What a failed commit means. */
final class Failures {

    private Failures() {}

    /** Another writer was first; on fresh aggregates the command can be decided again. */
    static boolean isLostRace(Throwable failure) {
        return failure instanceof ConcurrencyException
                || failure instanceof AggregateStreamCreationException
                || haveTermsChanged(failure);
    }

    /** As {@link TermsInUse} says it. */
    private static boolean haveTermsChanged(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && "40001".equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** No connection can be had: the caller has waited for one already. */
    static boolean isAway(Throwable failure) {
        return hasCause(failure, CannotCreateTransactionException.class, SQLTransientConnectionException.class);
    }

    static boolean isOfStore(Throwable failure) {
        return hasCause(
                failure,
                SQLException.class,
                DataAccessException.class,
                TransactionException.class,
                EventStoreException.class);
    }

    private static boolean hasCause(Throwable failure, Class<?>... types) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            for (Class<?> type : types) {
                if (type.isInstance(cause)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The first cause in one line, without the data that drivers like to add. */
    static String brief(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = cause.toString().lines().findFirst().orElse("");
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
