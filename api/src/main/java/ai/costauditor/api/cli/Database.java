package ai.costauditor.api.cli;

import ai.costauditor.api.dev.StatusFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a verb that looks at the database finds it. */
record Database(String url, @Nullable String user, @Nullable String password) {

    /**
     * That of the folder if one is named, else that of the environment, else that of {@code ./data}.
     *
     * @throws Trouble if nothing runs there
     */
    static Database of(@Nullable Path folder, Map<String, String> environment) {
        if (folder == null && environment.containsKey("AUDITOR_DB_URL")) {
            return of(environment);
        }
        Path data = folder == null ? Path.of("data") : folder;
        Map<String, String> status = StatusFile.read(data.toAbsolutePath());
        if (!status.containsKey("AUDITOR_DB_URL")) {
            throw new Trouble("nothing runs on " + data + " (start it: ./auditor dev --data " + data
                    + "), and AUDITOR_DB_URL is not set");
        }
        return of(status);
    }

    /** As a program that runs, or the environment, names it. */
    static Database of(Map<String, String> values) {
        return new Database(
                String.valueOf(values.get("AUDITOR_DB_URL")),
                values.get("AUDITOR_DB_USER"),
                values.get("AUDITOR_DB_PASSWORD"));
    }

    /** @throws Trouble if it does not answer */
    Connection connect() {
        try {
            return DriverManager.getConnection(url, user, password);
        } catch (SQLException e) {
            throw new Trouble("the database does not answer: " + e.getMessage(), e);
        }
    }
}
