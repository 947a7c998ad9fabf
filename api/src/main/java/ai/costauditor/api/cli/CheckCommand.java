package ai.costauditor.api.cli;

import ai.costauditor.ledger.check.Check;
import ai.costauditor.ledger.check.Report;
import ai.costauditor.ledger.check.Store;
import ai.costauditor.projections.check.ReadModelChecks;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./auditor check}: does everything add up? */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Compute from the record alone what was spent, held and refused, and compare every balance and every read model.",
            "Reads one moment of the database and writes nothing, so it can run while calls are made.",
            "",
            "Exit code 0: everything agrees. 1: something differs, or could not be looked at. 2: wrong use."
        })
public class CheckCommand implements Callable<Integer> {

    /** How a report is printed. */
    enum Format {
        text,
        json
    }

    @Option(
            names = "--data",
            description = "folder of a running ./auditor dev (default: AUDITOR_DB_URL, AUDITOR_DB_USER and"
                    + " AUDITOR_DB_PASSWORD if they are set, else ./data)")
    private @Nullable Path data;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private Format format = Format.text;

    @Option(names = "--organisation", paramLabel = "ID", description = "look at this organisation only")
    private @Nullable String organisation;

    @Override
    public Integer call() throws SQLException {
        Report report = check(Database.of(data, System.getenv()), organisation, new Progress(System.err));
        System.out.print(format == Format.json ? Reports.json(report) : Reports.text(report));
        return report.isFine() ? 0 : 1;
    }

    static Report check(Database database, @Nullable String organisation, Check.Listener listener) throws SQLException {
        try (Connection connection = database.connect()) {
            return new Check(organisation, book -> ReadModelChecks.of(book, organisation), listener).run(connection);
        } catch (Store.StoreUnreadable e) {
            throw new Trouble("the record cannot be read: " + e.getMessage(), e);
        }
    }
}
