package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.pricing.OrganisationPrices.Imported;
import ai.costauditor.ledger.pricing.OrganisationPrices.PriceEntry;
import ai.costauditor.ledger.pricing.PriceBookEvent.ListImported;
import ai.costauditor.ledger.pricing.PriceBookEvent.PriceEnded;
import ai.costauditor.ledger.pricing.PriceBookEvent.PriceSet;
import ai.costauditor.ledger.store.EventJson;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

/**
 * Price books as one table, and those in use in memory. A change on this node is seen with its answer, one on another node
 * within half a second, because each node asks for the books that changed.
 */
final class PriceBookTable implements PriceBooks, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PriceBookTable.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(400);

    /** No transaction can be open for longer, so a change cannot become visible later than this. */
    private static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(20);

    private final JdbcClient sql;
    private final DatedPriceCatalogue shipped;
    private final ObjectMapper json = EventJson.create().getObjectMapper();
    private final Map<OrganisationId, Read> known = new ConcurrentHashMap<>();
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("price-changes").factory());

    /** @param changes of the book when it was read */
    private record Read(OrganisationPrices prices, long changes) {}

    PriceBookTable(DataSource dataSource, DatedPriceCatalogue shipped) {
        this.sql = JdbcClient.create(dataSource);
        this.shipped = shipped;
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
    public OrganisationPrices of(OrganisationId organisation) {
        Read read = known.get(organisation);
        return read != null ? read.prices : lookUp(organisation).prices;
    }

    private Read lookUp(OrganisationId organisation) {
        try {
            return known.computeIfAbsent(organisation, this::read);
        } catch (DataAccessException | TransactionException e) {
            throw new LedgerUnavailable("the price book cannot be read", e);
        }
    }

    private Read read(OrganisationId organisation) {
        // counted first: what is added meanwhile is read again, not missed
        long changes = changes(organisation);
        List<PriceEntry> entries = sql.sql(
                        "select entry from directory_price where organisation = ? and kind = 'rule' order by place")
                .param(organisation.value())
                .query((row, n) -> json.readValue(row.getString("entry"), PriceEntry.class))
                .list();
        List<Imported> lists = sql.sql(
                        "select entry from directory_price where organisation = ? and kind = 'list' order by place")
                .param(organisation.value())
                .query((row, n) -> json.readValue(row.getString("entry"), Imported.class))
                .list();
        OrganisationPrices prices = new OrganisationPrices(shipped, entries, lists);
        return new Read(prices, changes);
    }

    private long changes(OrganisationId organisation) {
        return sql.sql("select coalesce(sum(changes), 0) from directory_price where organisation = ?")
                .param(organisation.value())
                .query(Long.class)
                .single();
    }

    // --- writing, in the writer's transaction ---

    void write(List<? extends EventMessage<?>> events) {
        Set<OrganisationId> changed = new HashSet<>();
        for (EventMessage<?> message : events) {
            if (message.getPayload() instanceof PriceBookEvent event) {
                write(event);
                changed.add(event.organisation());
            }
        }
        if (!changed.isEmpty()) {
            CurrentUnitOfWork.get().root().afterCommit(done -> changed.forEach(known::remove));
        }
    }

    private void write(PriceBookEvent event) {
        switch (event) {
            case PriceSet e ->
                insert(
                        e.organisation(),
                        "rule",
                        e.rule().id().value(),
                        new PriceEntry(e.rule(), e.confirmed(), e.change(), null));
            case PriceEnded e -> end(e);
            case ListImported e ->
                insert(
                        e.organisation(),
                        "list",
                        e.version(),
                        new Imported(e.version(), e.from(), e.list(), e.change()));
        }
    }

    private void insert(OrganisationId organisation, String kind, String id, Object entry) {
        sql.sql(
                        "insert into directory_price (organisation, kind, id, entry, changed_at) values (?, ?, ?, ?, clock_timestamp())")
                .params(organisation.value(), kind, id, json.writeValueAsString(entry))
                .update();
    }

    private void end(PriceEnded e) {
        PriceEntry was = sql.sql(
                        "select entry from directory_price where organisation = ? and kind = 'rule' and id = ? for update")
                .params(e.organisation().value(), e.price().value())
                .query((row, n) -> json.readValue(row.getString("entry"), PriceEntry.class))
                .single();
        PriceEntry ended = new PriceEntry(was.rule().endedAt(e.until()), was.confirmed(), was.by(), e.change());
        sql.sql("""
                        update directory_price set entry = ?, changes = changes + 1, changed_at = clock_timestamp()
                        where organisation = ? and kind = 'rule' and id = ?""")
                .params(
                        json.writeValueAsString(ended),
                        e.organisation().value(),
                        e.price().value())
                .update();
    }

    // --- forgetting ---

    private void forgetWhatChanged() {
        try {
            Set<String> changed = new HashSet<>(sql.sql("""
                            select distinct organisation from directory_price
                            where changed_at > clock_timestamp() - make_interval(secs => ?)""")
                    .param(LONGEST_TRANSACTION.toSeconds())
                    .query(String.class)
                    .list());
            known.forEach((organisation, read) -> {
                if (changed.contains(organisation.value()) && changes(organisation) != read.changes) {
                    known.remove(organisation, read);
                }
            });
        } catch (RuntimeException e) {
            LOG.debug("Changes of prices cannot be read now", e);
        }
    }
}
