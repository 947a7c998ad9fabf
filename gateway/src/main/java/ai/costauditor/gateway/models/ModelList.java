package ai.costauditor.gateway.models;

import ai.costauditor.gateway.calls.ErrorAnswer;
import ai.costauditor.gateway.keys.PresentedKey;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.routing.Routing;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyStatus;
import ai.costauditor.ledger.policies.EffectivePolicy;
import ai.costauditor.ledger.policies.PolicyDirectory;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.ledger.pricing.PriceBound;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The models that a key may use: answered from the catalogue, so nothing is forwarded and nothing costs. */
public final class ModelList {

    private static final long CREATED = 1_700_000_000;

    /** @param id under which a call of this path reaches it */
    private record Model(String id, String name, String owner, PriceCatalogue prices) {}

    private final KeyDirectory keys;
    private final Providers providers;
    private final Routing routing;
    private final PriceBooks prices;
    private final PolicyDirectory policies;

    public ModelList(
            KeyDirectory keys, PolicyDirectory policies, Providers providers, Routing routing, PriceBooks prices) {
        this.keys = keys;
        this.policies = policies;
        this.providers = providers;
        this.routing = routing;
        this.prices = prices;
    }

    /**
     * @param fixed the provider that the path names; none for all of them
     * @param path whose shape the path has; Anthropic's SDK is also known by a header
     */
    public ServerResponse list(@Nullable Provider fixed, ErrorShape path, ServerRequest request) {
        ErrorShape shape = shape(path, request);
        CallId call = CallId.next();
        try {
            return ok(call, describe(shape, models(key(request), fixed, shape)));
        } catch (Refused e) {
            return ErrorAnswer.of(shape, call, e.problem);
        }
    }

    /** As for {@link #list}. */
    public ServerResponse one(@Nullable Provider fixed, ErrorShape path, ServerRequest request) {
        ErrorShape shape = shape(path, request);
        CallId call = CallId.next();
        String id = request.pathVariable("model").substring(1);
        try {
            Optional<Model> found = models(key(request), fixed, shape).stream()
                    .filter(model -> model.id.equals(id))
                    .findFirst();
            return ok(
                    call,
                    describe(
                            shape,
                            found.orElseThrow(() -> new Refused(Kind.UNKNOWN_MODEL, "there is no model " + id))));
        } catch (Refused e) {
            return ErrorAnswer.of(shape, call, e.problem);
        }
    }

    private KeyDirectory.Entry key(ServerRequest request) {
        try {
            return PresentedKey.of(request.servletRequest())
                    .flatMap(keys::find)
                    .filter(key -> key.status() == KeyStatus.ACTIVE)
                    .orElseThrow(() -> new Refused(Kind.INVALID_KEY, "no valid virtual key was sent"));
        } catch (BadRequest e) {
            throw new Refused(Kind.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static ErrorShape shape(ErrorShape path, ServerRequest request) {
        boolean anthropic = request.headers().firstHeader("anthropic-version") != null;
        return anthropic && path == ErrorShape.OPENAI ? ErrorShape.ANTHROPIC : path;
    }

    private List<Model> models(KeyDirectory.Entry key, @Nullable Provider fixed, ErrorShape shape) {
        PriceCatalogue catalogue = prices.of(key.attribution().organisation());
        EffectivePolicy policy = policies.of(key);
        Stream<Model> routed = fixed == null
                ? routing.names().stream()
                        .filter(name -> name.speaks(shape))
                        .map(name -> new Model(
                                name.model(),
                                name.first().provider().modelBehind(name.first().model()),
                                name.first().provider().name(),
                                catalogue))
                : Stream.empty();
        Map<String, Model> byId = new LinkedHashMap<>();
        Stream.concat(routed, offered(fixed, shape, catalogue))
                .filter(model -> policy.allows(model.owner, model.name))
                .forEach(model -> byId.putIfAbsent(model.id, model));
        return List.copyOf(byId.values());
    }

    private Stream<Model> offered(@Nullable Provider fixed, ErrorShape shape, PriceCatalogue catalogue) {
        return providers.all().stream()
                .filter(provider -> fixed == null || provider.equals(fixed))
                .filter(provider -> provider.isConfigured() && provider.speaks(shape))
                .flatMap(provider -> names(catalogue, provider)
                        .map(name -> new Model(
                                fixed == null ? reached(provider, name) : name,
                                provider.modelBehind(name),
                                provider.name(),
                                catalogue)));
    }

    /** Deployments are not known but for those that the configuration names. */
    private Stream<String> names(PriceCatalogue catalogue, Provider provider) {
        return provider.hasDeployments()
                ? provider.models().keySet().stream().sorted()
                : catalogue.models(provider.name()).stream();
    }

    /** With the provider in front where the plain name would reach another one. */
    private String reached(Provider provider, String name) {
        return providers.reaches(name, provider) ? name : provider.name() + "/" + name;
    }

    private static ServerResponse ok(CallId call, JsonNode body) {
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .header("x-auditor-call-id", call.value())
                .header("x-request-id", call.value())
                .header("request-id", call.value())
                .body(JsonMapper.shared().writeValueAsBytes(body));
    }

    private JsonNode describe(ErrorShape shape, List<Model> models) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ArrayNode data = root.putArray(shape == ErrorShape.GEMINI ? "models" : "data");
        models.forEach(model -> data.add(describe(shape, model)));
        if (shape == ErrorShape.ANTHROPIC) {
            root.put("has_more", false);
            root.put("first_id", models.isEmpty() ? null : models.getFirst().id);
            root.put("last_id", models.isEmpty() ? null : models.getLast().id);
        } else if (shape == ErrorShape.OPENAI) {
            root.put("object", "list");
        }
        return root;
    }

    private ObjectNode describe(ErrorShape shape, Model model) {
        if (shape == ErrorShape.GEMINI) {
            return describeForGoogle(model);
        }
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("id", model.id);
        if (shape == ErrorShape.ANTHROPIC) {
            node.put("type", "model");
            node.put("display_name", model.name);
            node.put("created_at", "2023-11-14T22:13:20Z");
        } else {
            node.put("object", "model");
            node.put("created", CREATED);
            node.put("owned_by", model.owner);
        }
        return node;
    }

    /** Google's SDKs ask what a model can do, and choose by it. */
    private ObjectNode describeForGoogle(Model model) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("name", "models/" + model.id);
        node.put("displayName", model.name);
        model.prices
                .bound(model.owner, model.name, Instant.now())
                .filter(PriceBound::pricesTokens)
                .ifPresent(bound -> {
                    node.put("inputTokenLimit", bound.contextWindow());
                    node.put("outputTokenLimit", bound.maxOutput());
                });
        ArrayNode methods = node.putArray("supportedGenerationMethods");
        (model.name.contains("embedding")
                        ? Stream.of("embedContent", "batchEmbedContents")
                        : Stream.of("generateContent", "streamGenerateContent", "countTokens"))
                .forEach(methods::add);
        return node;
    }

    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        Refused(Kind kind, String message) {
            super(message, null, false, false);
            this.problem = Problem.of(kind, message);
        }
    }
}
