package ai.costauditor.ledger.check;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.PostgresForTests.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A copy of a filled database that a test may damage, and what the check says about it. */
public final class CheckedStore {

    private static final AtomicInteger COPIES = new AtomicInteger();

    private final Database database;
    private final Function<Book, List<Examination>> further;

    private CheckedStore(Database database, Function<Book, List<Examination>> further) {
        this.database = database;
        this.further = further;
    }

    /** @param filled nobody is connected to it */
    public static CheckedStore copyOf(Database filled, Function<Book, List<Examination>> further) {
        String name = "copy_" + COPIES.incrementAndGet();
        String template = filled.url().substring(filled.url().lastIndexOf('/') + 1);
        Database copy = new Database(filled.url().replace(template, name), filled.user(), filled.password());
        Database server = new Database(filled.url().replace(template, "postgres"), filled.user(), filled.password());
        execute(server, "create database " + name + " template " + template);
        return new CheckedStore(copy, further);
    }

    public static CheckedStore copyOf(Database filled) {
        return copyOf(filled, book -> List.of());
    }

    /** @param sql must change something, else the test tests nothing */
    public CheckedStore with(String sql) {
        assertThat(execute(database, sql)).as(sql).isPositive();
        return this;
    }

    public Report report() {
        return report(null);
    }

    public Report report(@org.jspecify.annotations.Nullable String organisation) {
        try (Connection connection = database.dataSource().getConnection()) {
            return new Check(organisation, further, (what, events, of) -> {}).run(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The invariants that do not hold. */
    public List<String> wrong() {
        return report().lines().stream()
                .filter(line -> !line.isFine())
                .map(Line::name)
                .toList();
    }

    /** What a line says. */
    public List<String> differences(String name) {
        return report().lines().stream()
                .filter(line -> line.name().equals(name))
                .findFirst()
                .orElseThrow()
                .first();
    }

    private static int execute(Database database, String sql) {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return sql.startsWith("create") ? 1 : statement.getUpdateCount();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
