package ai.costauditor.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;

import ai.costauditor.gateway.calls.CallFilter;
import ai.costauditor.gateway.calls.Forwarding;
import ai.costauditor.gateway.calls.Operation;
import ai.costauditor.gateway.calls.StoredCalls;
import ai.costauditor.gateway.calls.StoredList;
import ai.costauditor.gateway.models.ModelList;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.wire.AnthropicMessages;
import ai.costauditor.gateway.wire.AnthropicTokenCount;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.GeminiEmbed;
import ai.costauditor.gateway.wire.GeminiGenerate;
import ai.costauditor.gateway.wire.GeminiTokenCount;
import ai.costauditor.gateway.wire.OpenAiChat;
import ai.costauditor.gateway.wire.OpenAiCompletions;
import ai.costauditor.gateway.wire.OpenAiEmbeddings;
import ai.costauditor.gateway.wire.OpenAiImages;
import ai.costauditor.gateway.wire.OpenAiInputTokens;
import ai.costauditor.gateway.wire.OpenAiModerations;
import ai.costauditor.gateway.wire.OpenAiResponses;
import ai.costauditor.gateway.wire.OpenAiSpeech;
import ai.costauditor.gateway.wire.OpenAiTranscription;
import ai.costauditor.gateway.wire.Rerank;
import ai.costauditor.gateway.wire.WireFormat;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.util.UriUtils;

/** Every path of the data plane. What cannot be metered is not forwarded. */
final class GatewayRoutes {

    /** A name in a path, after its escapes: with a slash, or as a dot, it would lead the provider to another path. */
    static final String ONE_NAME = "[^.\\x2F][^\\x2F]*";

    private final CallFilter calls;
    private final Forwarding forward;
    private final ModelList models;
    private final RouterFunctions.Builder routes = RouterFunctions.route();
    private final StoredRoutes stored;

    private GatewayRoutes(
            CallFilter calls, Forwarding forward, ModelList models, StoredCalls stored, StoredList lists) {
        this.calls = calls;
        this.forward = forward;
        this.models = models;
        this.stored = new StoredRoutes(routes, stored, lists, forward);
    }

    static RouterFunction<ServerResponse> of(
            CallFilter calls,
            Forwarding forward,
            ModelList models,
            Providers providers,
            StoredCalls stored,
            StoredList lists) {
        GatewayRoutes table = new GatewayRoutes(calls, forward, models, stored, lists);
        // routes are tried one after the other, so the first are those of most calls
        table.openAi("/v1", null, true);
        table.anthropic("/v1", null);
        table.stored.openAi("/v1", null, Objects.requireNonNull(providers.named("openai")));
        table.stored.anthropic("/v1", null, Objects.requireNonNull(providers.named("anthropic")));
        table.models("/v1", null, ErrorShape.OPENAI);
        for (Provider provider : providers.all()) {
            String prefix = "/" + provider.name() + "/v1";
            if (provider.family() == ErrorShape.GEMINI) {
                table.gemini("/" + provider.name() + "/v1beta", provider);
                continue;
            }
            if (provider.family() == ErrorShape.BEDROCK) {
                BedrockRoutes.addTo(table.routes, calls, forward, provider);
                table.nothingElse("/" + provider.name() + "/**", ErrorShape.BEDROCK);
                continue;
            }
            if (provider.speaks(ErrorShape.ANTHROPIC)) {
                table.anthropic(prefix, provider);
                table.stored.anthropic(prefix, provider, provider);
            }
            if (provider.speaks(ErrorShape.OPENAI)) {
                table.openAi(prefix, provider, provider.asksForUsage());
            }
            if (provider.family() == ErrorShape.OPENAI) {
                table.stored.openAi(prefix, provider, provider);
            }
            if (provider.rerankPath() != null) {
                table.metered(prefix, provider.rerankPath(), new Rerank(), provider);
            }
            table.models(prefix, provider, provider.family());
            if (provider.hasDeployments()) {
                table.openAi("/azure/openai/v1", provider, provider.asksForUsage());
                table.stored.openAi("/azure/openai/v1", provider, provider);
                table.models("/azure/openai/v1", provider, ErrorShape.OPENAI);
                Provider dated = provider.withoutVersion();
                AzureRoutes.addTo(table.routes, calls, forward, dated);
                table.stored.openAi("/azure/openai", dated, dated);
                table.models("/azure/openai", dated, ErrorShape.OPENAI);
            }
            table.nothingElse("/" + provider.name() + "/**", provider.family());
        }
        table.nothingElse("/v1/messages/**", ErrorShape.ANTHROPIC);
        table.nothingElse("/v1/**", ErrorShape.OPENAI);
        return table.routes.build();
    }

    private void openAi(String prefix, @Nullable Provider provider, boolean asksForUsage) {
        metered(prefix, "/chat/completions", new OpenAiChat(asksForUsage), provider);
        metered(prefix, "/responses", new OpenAiResponses(), provider);
        metered(prefix, "/responses/compact", OpenAiResponses.compacting(), provider);
        metered(prefix, "/responses/input_tokens", new OpenAiInputTokens(), provider);
        metered(prefix, "/embeddings", new OpenAiEmbeddings(), provider);
        metered(prefix, "/completions", new OpenAiCompletions(asksForUsage), provider);
        metered(prefix, "/moderations", new OpenAiModerations(), provider);
        metered(prefix, "/images/generations", OpenAiImages.generations(), provider);
        metered(prefix, "/images/edits", OpenAiImages.edits(), provider);
        metered(prefix, "/images/variations", OpenAiImages.variations(), provider);
        metered(prefix, "/audio/speech", new OpenAiSpeech(), provider);
        metered(prefix, "/audio/transcriptions", OpenAiTranscription.transcriptions(), provider);
        metered(prefix, "/audio/translations", OpenAiTranscription.translations(), provider);
    }

    private void anthropic(String prefix, @Nullable Provider provider) {
        metered(prefix, "/messages", new AnthropicMessages(), provider);
        metered(prefix, "/messages/count_tokens", new AnthropicTokenCount(), provider);
    }

    private void gemini(String prefix, Provider provider) {
        ofModel(prefix, "generateContent", new GeminiGenerate(false), provider);
        ofModel(prefix, "streamGenerateContent", new GeminiGenerate(true), provider);
        ofModel(prefix, "countTokens", new GeminiTokenCount(), provider);
        ofModel(prefix, "embedContent", GeminiEmbed.ofOne(), provider);
        ofModel(prefix, "batchEmbedContents", GeminiEmbed.ofMany(), provider);
        openAi(prefix + "/openai", provider, provider.asksForUsage());
        models(prefix + "/openai", provider, ErrorShape.OPENAI);
        models(prefix, provider, ErrorShape.GEMINI);
        nothingElse("/" + provider.name() + "/**", ErrorShape.GEMINI);
    }

    private void metered(String prefix, String operation, WireFormat format, @Nullable Provider provider) {
        metered(prefix + operation, request -> new Operation(operation), format, provider);
    }

    /** Google's way: the path names a model and what it shall do. */
    private void ofModel(String prefix, String verb, WireFormat format, Provider provider) {
        metered(
                prefix + "/models/{model:" + ONE_NAME + "}:" + verb,
                request -> {
                    String model = request.pathVariable("model");
                    return new Operation("/models/" + UriUtils.encode(model, UTF_8) + ":" + verb, model);
                },
                format,
                provider);
    }

    private void metered(
            String pattern,
            Function<ServerRequest, Operation> operation,
            WireFormat format,
            @Nullable Provider provider) {
        routes.add(route(pattern)
                .route(RequestPredicates.method(HttpMethod.POST).and(RequestPredicates.path(pattern)), forward)
                .filter((request, next) -> calls.handle(format, operation.apply(request), provider, request, next))
                .build());
    }

    private void models(String prefix, @Nullable Provider provider, ErrorShape shape) {
        routes.GET(prefix + "/models", request -> models.list(provider, shape, request))
                .GET(prefix + "/models/{*model}", request -> models.one(provider, shape, request));
    }

    private void nothingElse(String pattern, ErrorShape shape) {
        routes.route(RequestPredicates.path(pattern), request -> CallFilter.unknownPath(shape, request));
    }
}
