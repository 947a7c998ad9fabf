package ai.costauditor.gateway;

import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;

import ai.costauditor.gateway.calls.CallFilter;
import ai.costauditor.gateway.calls.Forwarding;
import ai.costauditor.gateway.calls.Operation;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.wire.BedrockConverse;
import ai.costauditor.gateway.wire.BedrockInvoke;
import ai.costauditor.gateway.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.util.UriUtils;

/**
 * Paths of Amazon Bedrock. The model stands in the path, and may be a resource name with slashes in it, which SDKs escape
 * and people do not; it leaves as the SDKs write it, because the signature is over the path.
 */
final class BedrockRoutes {

    private static final String PREFIX = "/bedrock/model/";

    /** Names of models and resource names, and nothing that could lead to another path. */
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][\\w.:-]*(?:/[A-Za-z0-9][\\w.:-]*)*");

    private final RouterFunctions.Builder routes;
    private final CallFilter calls;
    private final Forwarding forward;
    private final Provider provider;

    private BedrockRoutes(RouterFunctions.Builder routes, CallFilter calls, Forwarding forward, Provider provider) {
        this.routes = routes;
        this.calls = calls;
        this.forward = forward;
        this.provider = provider;
    }

    static void addTo(RouterFunctions.Builder routes, CallFilter calls, Forwarding forward, Provider provider) {
        BedrockRoutes table = new BedrockRoutes(routes, calls, forward, provider);
        table.metered("/converse", new BedrockConverse(false));
        table.metered("/converse-stream", new BedrockConverse(true));
        table.metered("/invoke", new BedrockInvoke(false));
        table.metered("/invoke-with-response-stream", new BedrockInvoke(true));
    }

    private void metered(String verb, WireFormat format) {
        routes.add(route("bedrock" + verb)
                .route(
                        RequestPredicates.method(HttpMethod.POST)
                                .and(request -> model(request, verb).isPresent()),
                        forward)
                .filter((request, next) -> calls.handle(
                        format, operation(model(request, verb).orElseThrow(), verb), provider, request, next))
                .build());
    }

    private static Operation operation(String model, String verb) {
        return new Operation("/model/" + UriUtils.encode(model, StandardCharsets.UTF_8) + verb, model);
    }

    private static Optional<String> model(ServerRequest request, String verb) {
        String path = request.uri().getRawPath();
        int to = path.length() - verb.length();
        return path.startsWith(PREFIX) && path.endsWith(verb) && to > PREFIX.length()
                ? Optional.of(UriUtils.decode(path.substring(PREFIX.length(), to), StandardCharsets.UTF_8))
                        .filter(model -> MODEL.matcher(model).matches())
                : Optional.empty();
    }
}
