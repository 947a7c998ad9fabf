package ai.costauditor.api.identity;

import ai.costauditor.api.Auditor;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.organisations.OrganisationCommand.CreateOrganisation;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.UserId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** The whole program with the gateway in it, over a real database, on a real port. */
final class IdentityForTests {

    static final String PASSWORD = "correct horse battery";

    private static final class Running {
        static final IdentityForTests PROGRAM = new IdentityForTests();
    }

    private final ConfigurableApplicationContext context;

    private IdentityForTests() {
        Map<String, Object> properties = PostgresForTests.fresh().properties();
        properties.put("server.port", "0");
        properties.put("management.server.port", "0");
        properties.put("auditor.mode", "dev");
        properties.put("auditor.stub.enabled", "true");
        properties.put("auditor.identity.page-urls", Browser.PAGES + "/");
        SpringApplication application = new SpringApplication(Auditor.class);
        application.addInitializers(starting ->
                starting.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties)));
        context = application.run();
    }

    static IdentityForTests program() {
        return Running.PROGRAM;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    Browser browser() {
        return new Browser("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"));
    }

    OrganisationId organisation() {
        OrganisationId id = OrganisationId.next();
        bean(Ledger.class)
                .execute(new CreateOrganisation(
                        id, "Example", "USD", ZoneOffset.UTC, new Change("system:test", Instant.now(), null)));
        return id;
    }

    Accounts.Account person(OrganisationId organisation, Role... roles) {
        UserId user = UserId.next();
        bean(Accounts.class).create(organisation, user, user + "@Example.org", "Somebody", PASSWORD, Set.of(roles));
        return bean(Accounts.class).find(organisation, user).orElseThrow();
    }

    Accounts.Account administrator() {
        return person(organisation(), Role.ADMIN);
    }

    String token(Accounts.Account of) {
        return bean(ApiTokens.class).replace(of.organisation(), of.user(), "test", of.roles());
    }
}
