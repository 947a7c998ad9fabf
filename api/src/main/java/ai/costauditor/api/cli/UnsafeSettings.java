package ai.costauditor.api.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must not reach production: missing settings, and secrets that anybody could guess. */
final class UnsafeSettings {

    private static final Set<String> GUESSED =
            Set.of("", "auditor", "postgres", "password", "secret", "changeme", "change-me", "admin", "test", "dev");

    private UnsafeSettings() {}

    /** One sentence for each; empty if all is well. */
    static List<String> of(Map<String, String> environment) {
        List<String> found = new ArrayList<>();
        for (String name :
                List.of("AUDITOR_DB_URL", "AUDITOR_DB_USER", "AUDITOR_DB_PASSWORD", "AUDITOR_SECRETS_PEPPER")) {
            if (environment.getOrDefault(name, "").isBlank()) {
                found.add(name + " is missing");
            }
        }
        if (!found.isEmpty()) {
            return found;
        }
        if (GUESSED.contains(environment.getOrDefault("AUDITOR_DB_PASSWORD", ""))) {
            found.add("AUDITOR_DB_PASSWORD is one that everybody tries first; set a random one");
        }
        String pepper = environment.getOrDefault("AUDITOR_SECRETS_PEPPER", "");
        if (!pepper.startsWith("file:") && pepper.chars().distinct().count() < 8) {
            found.add("AUDITOR_SECRETS_PEPPER is not random; make one with: openssl rand -hex 32");
        }
        if ("true".equals(environment.get("AUDITOR_STUB_ENABLED"))) {
            found.add("AUDITOR_STUB_ENABLED would answer calls with made-up text; unset it");
        }
        return found;
    }
}
