package ai.costauditor.bench;

import static org.springframework.cloud.gateway.server.mvc.filter.BeforeFilterFunctions.uri;
import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;

import java.util.Map;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/** The baseline: Spring Cloud Gateway that forwards and does nothing else, on virtual threads like ours. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class BareGateway {

    /** Arguments: the port to listen on, the port of the upstream. */
    public static void main(String[] args) {
        start(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    }

    static ConfigurableApplicationContext start(int port, int upstream) {
        return new SpringApplicationBuilder(BareGateway.class)
                .properties(Map.of(
                        "server.port",
                        port,
                        "server.address",
                        "127.0.0.1",
                        "spring.threads.virtual.enabled",
                        true,
                        "spring.main.banner-mode",
                        "off",
                        "logging.level.root",
                        "warn",
                        "server.tomcat.max-keep-alive-requests",
                        -1,
                        "bench.upstream",
                        "http://127.0.0.1:" + upstream))
                .run();
    }

    @Bean
    RouterFunction<ServerResponse> everything(
            @org.springframework.beans.factory.annotation.Value("${bench.upstream}") String upstream) {
        return route("bare").POST("/**", http()).before(uri(upstream)).build();
    }
}
