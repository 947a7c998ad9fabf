package ai.costauditor.ledger.check;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What exists right now, as decisions and the gateway look it up, is what the record says. */
final class Directories implements Examination {

    private final Line line = new Line("directories");
    private final Book book;
    private final ScopesAbove scopes;
    private final @Nullable String organisation;

    Directories(Book book, ScopesAbove scopes, @Nullable String organisation) {
        this.book = book;
        this.scopes = scopes;
        this.organisation = organisation;
    }

    private interface RowReader {
        Map<String, String> read(ResultSet row) throws SQLException;
    }

    @Override
    public void end(Store store) {
        compare(store, "organisation", book.entries("organisation"), row -> row(row, "name", "currency", "zone"));
        compare(store, "team", book.entries("team"), row -> row(row, "organisation", "name"));
        compare(store, "project", book.entries("project"), row -> row(row, "organisation", "team", "name"));
        compare(store, "user", book.entries("user"), row -> row(row, "organisation"));
        compare(store, "key", keys(), Directories::key);
        compareLimited(store);
        comparePolicies(store);
    }

    private void compare(Store store, String kind, Map<String, Map<String, String>> recorded, RowReader reader) {
        Map<String, Map<String, String>> expected = new HashMap<>(recorded);
        expected.entrySet().removeIf(entry -> !concerns(kind, entry.getKey(), entry.getValue()));
        store.query("select * from directory_" + kind + " order by id", row -> {
            String id = row.getString("id");
            Map<String, String> kept = reader.read(row);
            if (concerns(kind, id, kept)) {
                line.compared(kind + "s");
                say(kind + " " + id, expected.remove(id), kept);
            }
        });
        expected.forEach((id, entry) -> say(kind + " " + id, entry, null));
    }

    private void say(String what, @Nullable Object recorded, @Nullable Object kept) {
        if (!Objects.equals(recorded, kept)) {
            line.differs("the directory has for " + what + " " + Objects.requireNonNullElse(kept, "nothing")
                    + ", the record " + Objects.requireNonNullElse(recorded, "nothing"));
        }
    }

    private boolean concerns(String kind, String id, Map<String, String> entry) {
        return organisation == null
                || organisation.equals(kind.equals("organisation") ? id : entry.get("organisation"));
    }

    private static Map<String, String> row(ResultSet row, String... columns) throws SQLException {
        Map<String, String> values = new TreeMap<>();
        for (String column : columns) {
            values.put(column, row.getString(column));
        }
        return values;
    }

    private Map<String, Map<String, String>> keys() {
        Map<String, Map<String, String>> keys = new TreeMap<>();
        for (KeyState key : book.keys()) {
            keys.put(
                    key.owner().key(),
                    new TreeMap<>(Map.of(
                            "organisation", key.owner().organisation(),
                            "secret_hash", key.secret(),
                            "status", key.status(),
                            "policy", key.policy().toString(),
                            "budgets", key.storedLimits().toString())));
        }
        return keys;
    }

    private static Map<String, String> key(ResultSet row) throws SQLException {
        Map<String, String> values = row(row, "organisation", "secret_hash", "status");
        Fields entry = Fields.of(row.getString("entry"));
        values.put("policy", entry.any("policy").toString());
        values.put("budgets", entry.any("budgets").toString());
        if (!entry.text("status").equalsIgnoreCase(values.get("status"))) {
            values.put("entry", entry.text("status"));
        }
        return values;
    }

    private void compareLimited(Store store) {
        Map<String, String> expected = new TreeMap<>();
        for (ScopesAbove.Scope scope : scopes.scopes().values()) {
            if (scope.isLimited()) {
                expected.put(scope.id(), scope.organisation() + " " + scope.type());
            }
        }
        store.query("select * from directory_budget order by scope_id", row -> {
            if (organisation == null || organisation.equals(row.getString("organisation"))) {
                line.compared("limited scopes");
                String kept = row.getString("organisation") + " "
                        + row.getString("scope_type").toLowerCase(java.util.Locale.ROOT);
                say("the limits of " + row.getString("scope_id"), expected.remove(row.getString("scope_id")), kept);
            }
        });
        expected.forEach((id, scope) -> say("the limits of " + id, scope, null));
    }

    private void comparePolicies(Store store) {
        Map<String, Map<String, String>> expected = new TreeMap<>(book.entries("policy"));
        expected.values().removeIf(entry -> !concerns("policy", "", entry));
        store.query("select * from directory_policy order by scope_id", row -> {
            Map<String, String> kept = row(row, "organisation", "scope_type");
            kept.computeIfPresent("scope_type", (column, type) -> type.toLowerCase(java.util.Locale.ROOT));
            kept.put("policy", Fields.of(row.getString("policy")).node().toString());
            if (concerns("policy", "", kept)) {
                line.compared("policies");
                String id = row.getString("scope_id");
                say("the policy of " + id, expected.remove(id), kept);
            }
        });
        expected.forEach((id, entry) -> say("the policy of " + id, entry, null));
    }

    @Override
    public List<Line> lines() {
        return List.of(line);
    }
}
