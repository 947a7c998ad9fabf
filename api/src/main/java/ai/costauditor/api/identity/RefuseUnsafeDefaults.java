package ai.costauditor.api.identity;

import ai.costauditor.api.cli.Trouble;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** In production nothing starts on settings that are only good for trying. Each finding is a line that says how to mend it. */
public final class RefuseUnsafeDefaults implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Set<String> GUESSABLE =
            Set.of("", "postgres", "password", "auditor", "admin", "secret", "changeme", "change-me", "test", "dev");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        List<String> findings = "serve".equals(environment.getProperty("auditor.mode")) ? in(environment) : List.of();
        if (!findings.isEmpty()) {
            throw new Trouble("will not start in production:\n  " + String.join("\n  ", findings)
                    + "\n  (./auditor serve --help says what it needs)");
        }
    }

    /** What is unsafe; no value of a secret is in the text. */
    static List<String> in(Environment environment) {
        List<String> findings = new ArrayList<>();
        secret("AUDITOR_SECRETS_PEPPER", setting(environment, "auditor.secrets.pepper"), findings);
        cluster(environment, findings);
        if (setting(environment, "spring.datasource.url").isEmpty()) {
            findings.add("AUDITOR_DB_URL is missing");
        }
        if (setting(environment, "spring.datasource.username").isEmpty()) {
            findings.add("AUDITOR_DB_USER is missing");
        }
        if (GUESSABLE.contains(
                setting(environment, "spring.datasource.password").toLowerCase(Locale.ROOT))) {
            findings.add("AUDITOR_DB_PASSWORD is empty or can be guessed: give the database's user a random one");
        }
        if (environment.getProperty("auditor.stub.enabled", Boolean.class, false)) {
            findings.add("AUDITOR_STUB_ENABLED would answer calls with made-up text; unset it");
        }
        if (setting(environment, "auditor.roles").isEmpty()
                || setting(environment, "auditor.roles").contains("api")) {
            urls(environment, findings);
        }
        return findings;
    }

    private static void urls(Environment environment, List<String> findings) {
        String issuer = setting(environment, "auditor.identity.issuer-uri");
        List<String> pages = List.of(Binder.get(environment)
                .bind("auditor.identity.page-urls", String[].class)
                .orElse(new String[0]));
        boolean plain = environment.getProperty("auditor.identity.plain-http", Boolean.class, false);
        pages.stream()
                .filter(page -> !page.isBlank() && !plain && !isSafe(page))
                .forEach(page -> findings.add(page + " is not https: passwords and tokens would travel in the open;"
                        + " put a proxy with TLS in front, or say auditor.identity.plain-http=true"));
        if (!issuer.isEmpty() && !isSafe(issuer)) {
            findings.add("auditor.identity.issuer-uri is not https: anybody on the way could sign in as anybody");
        }
    }

    private static boolean isSafe(String url) {
        try {
            URI uri = URI.create(url.strip());
            return "https".equalsIgnoreCase(uri.getScheme()) || LOOPBACK.contains(String.valueOf(uri.getHost()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The port of the cluster decides about money, so it is never open without a secret. */
    private static void cluster(Environment environment, List<String> findings) {
        if (setting(environment, "auditor.cluster").equalsIgnoreCase("jgroups")) {
            secret("AUDITOR_CLUSTER_SECRET", setting(environment, "auditor.cluster.secret"), findings);
        }
    }

    private static void secret(String name, String setting, List<String> findings) {
        if (setting.isEmpty()) {
            findings.add(name + " is missing: make one with  openssl rand -hex 32  and keep it outside the database");
            return;
        }
        String text = setting;
        if (setting.startsWith("file:")) {
            try {
                text = new String(
                        Files.readAllBytes(Path.of(setting.substring("file:".length()))), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                findings.add(name + " names a file that cannot be read: " + setting.substring("file:".length()));
                return;
            }
        }
        String digits = text.strip().replaceFirst("^(hex|base64):", "");
        // 32 random bytes as raw bytes, base64 or hex all have more; a word, or one byte again and again, has not
        if (digits.length() < 32 || digits.chars().distinct().count() < 10) {
            findings.add(name + " is too short or not random: make one with  openssl rand -hex 32");
        }
    }

    private static String setting(Environment environment, String name) {
        return environment.getProperty(name, "").strip();
    }
}
