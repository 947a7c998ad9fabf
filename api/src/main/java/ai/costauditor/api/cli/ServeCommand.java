package ai.costauditor.api.cli;

import ai.costauditor.api.Auditor;
import ai.costauditor.api.identity.RefuseUnsafeDefaults;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine.Command;

/** {@code ./auditor serve}: production. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Run in production, on your own PostgreSQL.",
            "",
            "  AUDITOR_DB_URL, AUDITOR_DB_USER, AUDITOR_DB_PASSWORD   the database (jdbc:postgresql://…)",
            "  AUDITOR_SECRETS_PEPPER    32 random bytes (openssl rand -hex 32) or file:<path>; keep a copy",
            "  AUDITOR_SECRETS_PREVIEW_KEY  the same for previews, if policies keep text of calls; optional",
            "  AUDITOR_PUBLIC_URL        where browsers open the pages, https://… (loopback without it)",
            "  AUDITOR_FORWARD_HEADERS   native behind a proxy that sets X-Forwarded-*",
            "  AUDITOR_ISSUER_URI        an OpenID Connect issuer that signs people in, instead of the one inside",
            "  AUDITOR_ROLES             what this process does: gateway,api,projections (all)",
            "  AUDITOR_CLUSTER=jgroups   several processes on one database share the organisations; with",
            "  AUDITOR_CLUSTER_SECRET (openssl rand -hex 32, the same in all), _BIND_ADDRESS (127.0.0.1), _PORT (7800)",
            "  AUDITOR_PORT, AUDITOR_MANAGEMENT_PORT                  8080 and 8081",
            "  OPENAI_API_KEY, ANTHROPIC_API_KEY …                    providers; a provider without a key is refused",
            "  AUDITOR_ADMIN_EMAIL, AUDITOR_ADMIN_PASSWORD            the first administrator, at the first start only",
            "  AUDITOR_ORGANISATION, AUDITOR_CURRENCY, AUDITOR_TIME_ZONE   of the organisation made with it",
            "",
            "Refuses to start with unsafe settings and says which."
        })
public class ServeCommand implements Callable<Integer> {

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> environment = System.getenv();
        boolean controls = environment.getOrDefault("AUDITOR_ROLES", "api").contains("api");
        Map<String, Object> properties = new HashMap<>();
        properties.put("auditor.mode", "serve");
        // a process that only forwards calls shows no pages and describes no API
        properties.put("spring.web.resources.add-mappings", controls);
        properties.put("springdoc.api-docs.enabled", controls);
        SpringApplication application = new SpringApplication(Auditor.class);
        application.addInitializers(context -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new org.springframework.core.env.MapPropertySource("serve", properties)));
        application.addInitializers(new RefuseUnsafeDefaults());
        ConfigurableApplicationContext context = application.run();
        if (controls) {
            new FirstAdministrator(context, environment).makeOnce();
        }
        System.out.println("AI Cost Auditor serves on port "
                + context.getEnvironment().getProperty("local.server.port") + " as "
                + environment.getOrDefault("AUDITOR_ROLES", "gateway,api,projections"));
        Thread.currentThread().join();
        return 0;
    }
}
