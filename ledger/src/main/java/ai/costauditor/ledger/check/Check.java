package ai.costauditor.ledger.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Computes what the record adds up to, from the events alone, and compares everything that says the same. It writes nothing,
 * and can run while calls are made.
 */
public final class Check {

    /** Hears how far it is. */
    public interface Listener {
        void read(String what, long events, long of);
    }

    /**
     * What is looked at.
     *
     * @param organisation the only one; none for all
     * @param events about how many there are
     */
    public record Scope(@Nullable String organisation, long events, Listener listener) {}

    private final @Nullable String organisation;
    private final Function<Book, List<Examination>> further;
    private final Listener listener;

    /**
     * @param organisation the only one to look at; none for all
     * @param further examinations, of the read models for instance
     */
    public Check(@Nullable String organisation, Function<Book, List<Examination>> further, Listener listener) {
        this.organisation = organisation;
        this.further = further;
        this.listener = listener;
    }

    /** @throws Store.StoreUnreadable if the database does not answer */
    public Report run(Connection connection) throws SQLException {
        Store store = Store.of(connection);
        Extent extent = Extent.of(store);
        Book book = new Book(store, extent.events());
        Scope scope = new Scope(organisation, extent.events(), listener);
        List<Examination> examinations = new ArrayList<>(Examinations.ofTheLedger(book, scope));
        examinations.addAll(further.apply(book));
        examinations.forEach(examination -> examination.begin(store));
        long[] read = {0};
        store.events(event -> {
            Effect effect = book.read(event);
            if (concerns(book.organisationOf(event))) {
                examinations.forEach(examination -> examination.see(event, effect));
            }
            listener.read("reading the record", ++read[0], extent.events());
        });
        examinations.forEach(examination -> examination.end(store));
        return new Report(
                extent.at(),
                extent.position(),
                read[0],
                organisation,
                examinations.stream()
                        .flatMap(examination -> examination.lines().stream())
                        .toList());
    }

    /** What belongs to nobody is everybody's business. */
    private boolean concerns(@Nullable String whose) {
        return organisation == null || whose == null || whose.equals(organisation);
    }

    private record Extent(Instant at, long position, long events) {

        static Extent of(Store store) {
            List<Extent> found = new ArrayList<>();
            store.query(
                    "select now() as at, coalesce(max(position), 0) as position, count(*) as events from ledger_event",
                    row -> found.add(new Extent(
                            row.getObject("at", OffsetDateTime.class).toInstant(),
                            row.getLong("position"),
                            row.getLong("events"))));
            return found.getFirst();
        }
    }
}
