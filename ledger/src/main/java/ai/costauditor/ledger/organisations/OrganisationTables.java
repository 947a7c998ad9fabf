package ai.costauditor.ledger.organisations;

import ai.costauditor.ledger.organisations.OrganisationEvent.OrganisationCreated;
import ai.costauditor.ledger.organisations.OrganisationEvent.ProjectCreated;
import ai.costauditor.ledger.organisations.OrganisationEvent.ProjectRenamed;
import ai.costauditor.ledger.organisations.OrganisationEvent.TeamCreated;
import ai.costauditor.ledger.organisations.OrganisationEvent.TeamRenamed;
import ai.costauditor.ledger.organisations.OrganisationEvent.TextErased;
import ai.costauditor.ledger.organisations.OrganisationEvent.UserRegistered;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventMessage;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The directory as tables, written in the transaction of the event. */
final class OrganisationTables implements OrganisationDirectory {

    private final JdbcClient sql;

    OrganisationTables(DataSource dataSource) {
        this.sql = JdbcClient.create(dataSource);
    }

    void write(List<? extends EventMessage<?>> events) {
        for (EventMessage<?> message : events) {
            if (message.getPayload() instanceof OrganisationEvent event) {
                write(event);
            }
        }
    }

    private void write(OrganisationEvent event) {
        String organisation = event.organisation().value();
        switch (event) {
            case OrganisationCreated e ->
                update(
                        "insert into directory_organisation (id, name, currency, zone) values (?, ?, ?, ?)",
                        organisation,
                        e.name(),
                        e.currency(),
                        e.zone().getId());
            case TeamCreated e ->
                update(
                        "insert into directory_team (id, organisation, name) values (?, ?, ?)",
                        e.team().value(),
                        organisation,
                        e.name());
            case TeamRenamed e ->
                update(
                        "update directory_team set name = ? where id = ? and organisation = ?",
                        e.name(),
                        e.team().value(),
                        organisation);
            case ProjectCreated e ->
                update(
                        "insert into directory_project (id, organisation, team, name) values (?, ?, ?, ?)",
                        e.project().value(),
                        organisation,
                        e.team().value(),
                        e.name());
            case ProjectRenamed e ->
                update(
                        "update directory_project set name = ? where id = ? and organisation = ?",
                        e.name(),
                        e.project().value(),
                        organisation);
            case TextErased e -> {
                // The directory knows of no text.
            }
            case UserRegistered e ->
                update(
                        "insert into directory_user (id, organisation) values (?, ?)",
                        e.user().value(),
                        organisation);
        }
    }

    private void update(String statement, Object... values) {
        sql.sql(statement).params(values).update();
    }

    @Override
    public Optional<Tree> tree(OrganisationId organisation) {
        return sql.sql("select name, currency, zone from directory_organisation where id = ?")
                .param(organisation.value())
                .query((row, n) -> new Tree(
                        organisation,
                        row.getString("name"),
                        row.getString("currency"),
                        ZoneId.of(row.getString("zone")),
                        teams(organisation)))
                .optional();
    }

    private List<Team> teams(OrganisationId organisation) {
        Map<String, List<Project>> projects = projects(organisation);
        return sql.sql("select id, name from directory_team where organisation = ? order by name, id")
                .param(organisation.value())
                .query((row, n) -> new Team(
                        new TeamId(row.getString("id")),
                        row.getString("name"),
                        projects.getOrDefault(row.getString("id"), List.of())))
                .list();
    }

    private record InTeam(String team, Project project) {}

    private Map<String, List<Project>> projects(OrganisationId organisation) {
        return sql
                .sql("select id, team, name from directory_project where organisation = ? order by name, id")
                .param(organisation.value())
                .query((row, n) -> new InTeam(
                        row.getString("team"), new Project(new ProjectId(row.getString("id")), row.getString("name"))))
                .list()
                .stream()
                .collect(Collectors.groupingBy(InTeam::team, Collectors.mapping(InTeam::project, Collectors.toList())));
    }

    @Override
    public Optional<Attribution> project(OrganisationId organisation, ProjectId project) {
        return sql.sql("select team from directory_project where organisation = ? and id = ?")
                .params(organisation.value(), project.value())
                .query((row, n) -> new Attribution(organisation, new TeamId(row.getString("team")), project, null))
                .optional();
    }

    @Override
    public List<UserId> users(OrganisationId organisation) {
        return sql.sql("select id from directory_user where organisation = ? order by id")
                .param(organisation.value())
                .query((row, n) -> new UserId(row.getString("id")))
                .list();
    }
}
