package ai.costauditor.api.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./auditor doctor}: what is wrong with this installation, and how to mend it. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Say what is wrong with this installation and how to mend it: program, database, folders, providers, and"
                    + " whether",
            "everything that was recorded adds up (./auditor check).",
            "",
            "Exit code 0: nothing is wrong. 1: something is. 2: wrong use."
        })
public class DoctorCommand implements Callable<Integer> {

    @Option(
            names = "--data",
            defaultValue = "./data",
            description = "folder of ./auditor dev (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private CheckCommand.Format format = CheckCommand.Format.text;

    @Option(names = "--quick", description = "leave out ./auditor check, which reads the whole record")
    private boolean quick;

    private Findings findings = new Findings(null);

    @Override
    public Integer call() {
        boolean json = format == CheckCommand.Format.json;
        findings = new Findings(json ? null : System.out);
        examine();
        if (json) {
            System.out.print(findings.json());
        }
        return findings.isFine() ? 0 : 1;
    }

    private void examine() {
        say(Runtime.version().feature() >= 25, "JDK " + Runtime.version(), "install a JDK 25");
        Map<String, String> environment = System.getenv();
        if (environment.containsKey("AUDITOR_DB_URL")) {
            database(Database.of(environment));
        } else {
            development();
        }
        providers(environment);
    }

    private void development() {
        Map<String, String> status = ai.costauditor.api.dev.StatusFile.read(data.toAbsolutePath());
        secrets();
        if (status.isEmpty()) {
            say(true, "nothing runs on " + data + " (start it with ./auditor dev --data " + data + ")", "");
            return;
        }
        String pid = status.getOrDefault("AUDITOR_PID", "0");
        boolean alive = ProcessHandle.of(Long.parseLong(pid))
                .filter(ProcessHandle::isAlive)
                .isPresent();
        say(
                alive,
                "the program of " + data + (alive ? " runs" : " does not run") + " (process " + pid + ")",
                "start it again with ./auditor dev --data " + data);
        if (alive) {
            database(Database.of(status));
        }
        say(
                !Files.exists(data) || Files.isWritable(data),
                "the folder " + data + " can be written",
                "give this user the right to write " + data);
        long free = data.toFile().getUsableSpace() / (1024 * 1024);
        say(
                free > 1024,
                free + " MiB are free on the disk of " + data,
                "make room: the record grows by about 2 KB per call");
    }

    private void database(Database database) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            say(true, "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion() + " answers", "");
            try (ResultSet now = statement.executeQuery("select clock_timestamp()")) {
                now.next();
                Duration skew = Duration.between(now.getTimestamp(1).toInstant(), Instant.now())
                        .abs();
                say(
                        skew.toSeconds() < 5,
                        "clocks differ by " + skew.toMillis() + " ms",
                        "synchronise the clocks (NTP)");
            }
            try (ResultSet events = statement.executeQuery("select coalesce(max(position), 0) from ledger_event")) {
                events.next();
                say(true, "the record reaches position " + events.getLong(1), "");
            }
            try (ResultSet failed =
                    statement.executeQuery("select count(*) from flyway_schema_history where not success")) {
                failed.next();
                say(failed.getLong(1) == 0, "all migrations have run", "look at flyway_schema_history and start again");
            }
            projections(statement);
            if (!quick) {
                findings.say(CheckCommand.check(database, null, new Progress(System.err)));
            }
        } catch (SQLException e) {
            say(false, "the database does not do: " + e.getMessage(), "look at its log");
        } catch (Trouble e) {
            say(false, String.valueOf(e.getMessage()), "check AUDITOR_DB_URL, user and password");
        }
    }

    /** How old the oldest event is that a read model has not seen. */
    private void projections(Statement statement) throws SQLException {
        try (ResultSet late = statement.executeQuery("""
            select projection, coalesce((
                select extract(epoch from clock_timestamp() - recorded_at) from ledger_event
                where event_type like 'key.%' and ledger_event.position > projection_progress.position
                order by ledger_event.position limit 1), 0)::bigint as seconds
            from projection_progress order by projection\
            """)) {
            while (late.next()) {
                long seconds = late.getLong("seconds");
                say(
                        seconds < 30,
                        "the read model " + late.getString("projection") + " is " + seconds + " s behind",
                        "a process with the role projections must run; its log says what stops it");
            }
        }
    }

    private void secrets() {
        Path folder = data.resolve("secrets");
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> open = files.filter(file -> readableByOthers(file)).toList();
            say(open.isEmpty(), "the secrets in " + folder + " are private", "chmod -R go= " + folder);
        } catch (IOException e) {
            say(false, "the secrets in " + folder + " cannot be read", "give this user the right to read " + folder);
        }
    }

    private static boolean readableByOthers(Path file) {
        try {
            Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(file);
            return allowed.contains(PosixFilePermission.GROUP_READ)
                    || allowed.contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException e) {
            return false;
        }
    }

    private void providers(Map<String, String> environment) {
        for (String prefix : new String[] {
            "OPENAI", "ANTHROPIC", "GEMINI", "MISTRAL", "GROQ", "DEEPSEEK", "XAI", "TOGETHER", "FIREWORKS", "OPENROUTER"
        }) {
            provider(environment, prefix + "_API_KEY");
        }
        provider(environment, "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT");
        provider(environment, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION");
    }

    /** @param needed all of them, for the provider to be called */
    private void provider(Map<String, String> environment, String... needed) {
        String missing = Stream.of(needed)
                .filter(name -> environment.getOrDefault(name, "").isBlank())
                .collect(Collectors.joining(", "));
        say(
                true,
                missing.isEmpty()
                        ? needed[0] + " is set"
                        : missing + (missing.contains(",") ? " are" : " is")
                                + " not set: dev serves it by the stub, serve refuses it",
                "");
    }

    private void say(boolean fine, String what, String cure) {
        findings.say(fine, what, cure);
    }
}
