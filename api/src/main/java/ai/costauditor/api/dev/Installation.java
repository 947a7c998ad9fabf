package ai.costauditor.api.dev;

import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ids and secrets of a development installation. They are written down before anything is made with them, so that a
 * start that was cut off is finished by the next one.
 */
record Installation(
        OrganisationId organisation,
        List<TeamId> teams,
        List<ProjectId> projects,
        UserId administrator,
        String password,
        KeyId key,
        String keySecret,
        boolean isNew) {

    static final String USER = "admin@example.com";

    private static final String NAME = "installation.env";
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

    static Installation in(Path data, KeySecrets secrets) {
        Path file = data.resolve("secrets").resolve(NAME);
        try {
            return Files.exists(file) ? read(file) : write(file, secrets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Installation write(Path file, KeySecrets secrets) throws IOException {
        Installation made = new Installation(
                OrganisationId.next(),
                List.of(TeamId.next(), TeamId.next()),
                List.of(ProjectId.next(), ProjectId.next(), ProjectId.next()),
                UserId.next(),
                newPassword(),
                KeyId.next(),
                secrets.next("dev"),
                true);
        Map<String, String> values = new LinkedHashMap<>();
        values.put("organisation", made.organisation.value());
        for (int i = 0; i < made.teams.size(); i++) {
            values.put("team" + i, made.teams.get(i).value());
        }
        for (int i = 0; i < made.projects.size(); i++) {
            values.put("project" + i, made.projects.get(i).value());
        }
        values.put("administrator", made.administrator.value());
        values.put("password", made.password);
        values.put("key", made.key.value());
        values.put("key_secret", made.keySecret);
        StringBuilder text = new StringBuilder();
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        DataFolder.writePrivately(file, text.toString());
        return made;
    }

    private static Installation read(Path file) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : Files.readAllLines(file)) {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return new Installation(
                new OrganisationId(value(values, "organisation")),
                List.of(new TeamId(value(values, "team0")), new TeamId(value(values, "team1"))),
                List.of(
                        new ProjectId(value(values, "project0")),
                        new ProjectId(value(values, "project1")),
                        new ProjectId(value(values, "project2"))),
                new UserId(value(values, "administrator")),
                value(values, "password"),
                new KeyId(value(values, "key")),
                value(values, "key_secret"),
                false);
    }

    private static String value(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("secrets/" + NAME + " has no " + name);
        }
        return value;
    }

    /** 20 letters and digits that are hard to mistake for one another: 100 bits. */
    private static String newPassword() {
        SecureRandom random = new SecureRandom();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            text.append(i > 0 && i % 5 == 0 ? "-" : "").append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
