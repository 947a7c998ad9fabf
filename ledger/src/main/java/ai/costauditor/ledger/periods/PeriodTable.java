package ai.costauditor.ledger.periods;

import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.periods.PeriodEvent.Closed;
import ai.costauditor.ledger.periods.PeriodEvent.ClosingBegun;
import ai.costauditor.ledger.store.EventJson;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventMessage;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.ObjectMapper;

/** The directory as a table, which the decisions of other batches read too. */
final class PeriodTable implements PeriodDirectory {

    private final JdbcClient sql;
    private final ObjectMapper json = EventJson.create().getObjectMapper();

    PeriodTable(DataSource dataSource) {
        this.sql = JdbcClient.create(dataSource);
    }

    void write(List<? extends EventMessage<?>> events) {
        for (EventMessage<?> message : events) {
            if (message.getPayload() instanceof PeriodEvent event) {
                write(event);
            }
        }
    }

    private void write(PeriodEvent event) {
        switch (event) {
            case ClosingBegun e ->
                sql.sql("insert into directory_period (organisation, month, starts, ends) values (?, ?, ?, ?)")
                        .params(
                                e.organisation().value(),
                                e.month().toString(),
                                e.start().atOffset(ZoneOffset.UTC),
                                e.end().atOffset(ZoneOffset.UTC))
                        .update();
            case Closed e ->
                sql.sql("update directory_period set entry = ? where organisation = ? and month = ?")
                        .params(
                                json.writeValueAsString(e),
                                e.organisation().value(),
                                e.month().toString())
                        .update();
        }
    }

    @Override
    public List<Entry> list(OrganisationId organisation) {
        return sql.sql("select * from directory_period where organisation = ? order by starts desc")
                .param(organisation.value())
                .query((row, n) -> {
                    String seal = row.getString("entry");
                    return new Entry(
                            YearMonth.parse(row.getString("month")),
                            row.getObject("starts", OffsetDateTime.class).toInstant(),
                            row.getObject("ends", OffsetDateTime.class).toInstant(),
                            seal == null ? null : json.readValue(seal, Closed.class));
                })
                .list();
    }
}
