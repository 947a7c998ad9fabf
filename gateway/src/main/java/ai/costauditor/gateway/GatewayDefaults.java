package ai.costauditor.gateway;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/** What the data plane needs of the server under it; configuration of the application can override each. */
class GatewayDefaults implements EnvironmentPostProcessor {

    private static final String CLOUD_GATEWAY = "spring.cloud.gateway.server.webmvc.";

    static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry("spring.threads.virtual.enabled", "true"),
            // forms are the sign-in's, and routes have no weights
            Map.entry(CLOUD_GATEWAY + "form-filter.enabled", "false"),
            Map.entry(CLOUD_GATEWAY + "weight-calculator-filter.enabled", "false"),
            // a file goes on as it comes in: nobody takes its parts out
            Map.entry("spring.servlet.multipart.enabled", "false"),
            // SDKs keep their connections; agents hold many idle streams
            Map.entry("server.tomcat.max-keep-alive-requests", "-1"),
            Map.entry("server.tomcat.max-connections", "20000"),
            // each call has a buffer of this size, however little of it is used; of official SDKs no head comes near
            Map.entry("server.max-http-request-header-size", "8KB"),
            // a body that is refused for its size is still read, so that its sender gets the answer and not a reset
            Map.entry("server.tomcat.max-swallow-size", "64MB"),
            // at DEBUG these print addresses, headers and bodies, with keys and prompts in them
            Map.entry("logging.level.org.springframework.web.servlet.DispatcherServlet", "info"),
            Map.entry("logging.level.org.apache.hc.client5.http.wire", "info"),
            Map.entry("logging.level.org.apache.hc.client5.http.headers", "info"),
            Map.entry("logging.level.org.apache.hc.client5.http.impl.classic", "info"),
            Map.entry("logging.level.org.apache.coyote.http11", "info"),
            Map.entry("logging.level.org.apache.tomcat.util.http", "info"),
            // running streams may end before the process does
            Map.entry("server.shutdown", "graceful"),
            Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "30s"));

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        environment.getPropertySources().addLast(new MapPropertySource("gatewayDefaults", DEFAULTS));
    }
}
