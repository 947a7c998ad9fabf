package ai.costauditor.gateway;

import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;

import ai.costauditor.gateway.calls.CallFilter;
import ai.costauditor.gateway.calls.Forwarding;
import ai.costauditor.gateway.calls.Operation;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.wire.OpenAiChat;
import ai.costauditor.gateway.wire.OpenAiCompletions;
import ai.costauditor.gateway.wire.OpenAiEmbeddings;
import ai.costauditor.gateway.wire.OpenAiImages;
import ai.costauditor.gateway.wire.OpenAiResponses;
import ai.costauditor.gateway.wire.OpenAiSpeech;
import ai.costauditor.gateway.wire.OpenAiTranscription;
import ai.costauditor.gateway.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.util.UriUtils;

/** Paths of Azure OpenAI with {@code api-version}: the deployment stands in the path, the body is OpenAI's. */
final class AzureRoutes {

    /** The first whose specification has {@code stream_options}; older ones refuse what they do not know. */
    private static final String KNOWS_STREAM_OPTIONS = "2024-09-01-preview";

    private final RouterFunctions.Builder routes;
    private final CallFilter calls;
    private final Forwarding forward;
    private final Provider provider;

    private AzureRoutes(RouterFunctions.Builder routes, CallFilter calls, Forwarding forward, Provider provider) {
        this.routes = routes;
        this.calls = calls;
        this.forward = forward;
        this.provider = provider;
    }

    /** @param provider whose root ends in {@code /openai} */
    static void addTo(RouterFunctions.Builder routes, CallFilter calls, Forwarding forward, Provider provider) {
        AzureRoutes table = new AzureRoutes(routes, calls, forward, provider);
        OpenAiChat asking = new OpenAiChat(provider.asksForUsage());
        OpenAiChat silent = new OpenAiChat(false);
        OpenAiEmbeddings embeddings = new OpenAiEmbeddings();
        table.deployment("/chat/completions", request -> knowsStreamOptions(request) ? asking : silent);
        table.deployment("/completions", new OpenAiCompletions(false));
        table.deployment("/embeddings", request -> embeddings);
        table.deployment("/images/generations", OpenAiImages.generations());
        table.deployment("/images/edits", OpenAiImages.edits());
        table.deployment("/audio/speech", new OpenAiSpeech());
        table.deployment("/audio/transcriptions", OpenAiTranscription.transcriptions());
        table.deployment("/audio/translations", OpenAiTranscription.translations());
        table.metered("/responses", new OpenAiResponses());
    }

    private static boolean knowsStreamOptions(ServerRequest request) {
        String version = request.param("api-version").orElse("");
        return !version.isEmpty() && version.compareTo(KNOWS_STREAM_OPTIONS) >= 0;
    }

    private void deployment(String operation, WireFormat format) {
        deployment(operation, request -> format);
    }

    private void deployment(String operation, Function<ServerRequest, WireFormat> format) {
        String path = "/azure/openai/deployments/{deployment:" + GatewayRoutes.ONE_NAME + "}" + operation;
        routes.add(route(path)
                .route(RequestPredicates.method(HttpMethod.POST).and(RequestPredicates.path(path)), forward)
                .filter((request, next) ->
                        calls.handle(format.apply(request), deployed(request, operation), provider, request, next))
                .build());
    }

    private static Operation deployed(ServerRequest request, String operation) {
        String name = request.pathVariable("deployment");
        return new Operation("/deployments/" + UriUtils.encode(name, StandardCharsets.UTF_8) + operation, name);
    }

    private void metered(String operation, WireFormat format) {
        String path = "/azure/openai" + operation;
        routes.add(route(path)
                .route(RequestPredicates.method(HttpMethod.POST).and(RequestPredicates.path(path)), forward)
                .filter((request, next) -> calls.handle(format, new Operation(operation), provider, request, next))
                .build());
    }
}
