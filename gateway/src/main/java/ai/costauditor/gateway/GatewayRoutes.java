package ai.costauditor.gateway;

import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;

import ai.costauditor.gateway.calls.CallFilter;
import ai.costauditor.gateway.calls.ErrorAnswer;
import ai.costauditor.gateway.models.ModelList;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.wire.AnthropicMessages;
import ai.costauditor.gateway.wire.AnthropicTokenCount;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.OpenAiChat;
import ai.costauditor.gateway.wire.OpenAiEmbeddings;
import ai.costauditor.gateway.wire.OpenAiResponses;
import ai.costauditor.gateway.wire.WireFormat;
import ai.costauditor.ledger.keys.CallId;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.server.mvc.common.MvcUtils;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** Every path of the data plane. What cannot be metered is not forwarded. */
final class GatewayRoutes {

    private final CallFilter calls;
    private final ModelList models;
    private final RouterFunctions.Builder routes = RouterFunctions.route();

    private GatewayRoutes(CallFilter calls, ModelList models) {
        this.calls = calls;
        this.models = models;
    }

    static RouterFunction<ServerResponse> of(CallFilter calls, ModelList models, Providers providers) {
        GatewayRoutes table = new GatewayRoutes(calls, models);
        table.models("/v1");
        table.openAi("/v1", null, true);
        table.anthropic("/v1", null);
        for (Provider provider : providers.all()) {
            String prefix = "/" + provider.name() + "/v1";
            table.models(prefix);
            switch (provider.shape()) {
                case OPENAI -> table.openAi(prefix, provider, provider.asksForUsage());
                case ANTHROPIC -> table.anthropic(prefix, provider);
            }
            table.nothingElse("/" + provider.name() + "/**", shape(provider));
        }
        table.nothingElse("/v1/**", ErrorShape.OPENAI);
        return table.routes.build();
    }

    private static ErrorShape shape(Provider provider) {
        return provider.shape() == Provider.Shape.ANTHROPIC ? ErrorShape.ANTHROPIC : ErrorShape.OPENAI;
    }

    private void openAi(String prefix, @Nullable Provider provider, boolean asksForUsage) {
        metered(prefix, "/chat/completions", new OpenAiChat(asksForUsage), provider);
        metered(prefix, "/responses", new OpenAiResponses(), provider);
        metered(prefix, "/embeddings", new OpenAiEmbeddings(), provider);
    }

    private void anthropic(String prefix, @Nullable Provider provider) {
        metered(prefix, "/messages/count_tokens", new AnthropicTokenCount(), provider);
        metered(prefix, "/messages", new AnthropicMessages(), provider);
    }

    private void metered(String prefix, String operation, WireFormat format, @Nullable Provider provider) {
        routes.add(route(prefix + operation)
                .route(
                        RequestPredicates.method(HttpMethod.POST).and(RequestPredicates.path(prefix + operation)),
                        http())
                .before(request -> {
                    // the call's own target counts; the gateway wants to see one here
                    request.attributes().put(MvcUtils.GATEWAY_REQUEST_URL_ATTR, URI.create("http://provider.invalid"));
                    return request;
                })
                .filter((request, next) -> calls.handle(format, operation, provider, request, next))
                .build());
    }

    private void models(String prefix) {
        routes.GET(prefix + "/models", models::list).GET(prefix + "/models/{model}", models::one);
    }

    private void nothingElse(String pattern, ErrorShape shape) {
        routes.route(
                RequestPredicates.path(pattern),
                request -> ErrorAnswer.of(
                        shape,
                        CallId.next(),
                        ErrorShape.Problem.of(
                                ErrorShape.Kind.NOT_FOUND,
                                request.method() + " " + request.path()
                                        + " is not metered by this server, so it is not forwarded")));
    }
}
