package ai.costauditor.ledger;

import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** One process of the ledger over a database, wired as in production. */
public final class LedgerForTests implements AutoCloseable {

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private final ConfigurableApplicationContext context;

    private LedgerForTests(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static LedgerForTests over(PostgresForTests.Database database) {
        return over(database, Map.of());
    }

    public static LedgerForTests over(PostgresForTests.Database database, Map<String, Object> settings) {
        Map<String, Object> properties = new HashMap<>(database.properties());
        properties.putAll(settings);
        return start(properties, Application.class);
    }

    /** With more beans, such as a reader of the record. */
    public static LedgerForTests with(PostgresForTests.Database database, Class<?> configuration) {
        return start(database.properties(), Application.class, configuration);
    }

    private static LedgerForTests start(Map<String, Object> properties, Class<?>... sources) {
        return new LedgerForTests(new SpringApplicationBuilder(sources)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                // before the ledger's own defaults, which a builder's properties are not
                .initializers(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("test", properties)))
                .run());
    }

    public Ledger ledger() {
        return bean(Ledger.class);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
