package ai.costauditor.gateway.models;

import ai.costauditor.gateway.calls.ErrorAnswer;
import ai.costauditor.gateway.keys.PresentedKey;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyStatus;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The models that a key may use: answered from the catalogue, so nothing is forwarded and nothing costs. */
public final class ModelList {

    private static final long CREATED = 1_700_000_000;

    private record Model(String id, String owner) {}

    private final KeyDirectory keys;
    private final Providers providers;
    private final PriceCatalogue prices;

    public ModelList(KeyDirectory keys, Providers providers, PriceCatalogue prices) {
        this.keys = keys;
        this.providers = providers;
        this.prices = prices;
    }

    public ServerResponse list(ServerRequest request) {
        ErrorShape shape = shape(request);
        return key(request)
                .map(key -> json(shape, models(key, shape)))
                .orElseGet(() -> refuse(shape, Kind.INVALID_KEY, "no valid virtual key was sent"));
    }

    public ServerResponse one(ServerRequest request) {
        ErrorShape shape = shape(request);
        String id = request.pathVariable("model").substring(1);
        Optional<KeyDirectory.Entry> key = key(request);
        if (key.isEmpty()) {
            return refuse(shape, Kind.INVALID_KEY, "no valid virtual key was sent");
        }
        return models(key.get(), shape).stream()
                .filter(model -> model.id.equals(id))
                .findFirst()
                .map(model -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(describe(shape, model).toString()))
                .orElseGet(() -> refuse(shape, Kind.UNKNOWN_MODEL, "there is no model " + id));
    }

    private Optional<KeyDirectory.Entry> key(ServerRequest request) {
        return PresentedKey.of(request.servletRequest())
                .flatMap(keys::find)
                .filter(key -> key.status() == KeyStatus.ACTIVE);
    }

    private static ErrorShape shape(ServerRequest request) {
        return request.headers().firstHeader("anthropic-version") != null ? ErrorShape.ANTHROPIC : ErrorShape.OPENAI;
    }

    private List<Model> models(KeyDirectory.Entry key, ErrorShape shape) {
        return providers.all().stream()
                .filter(Provider::isConfigured)
                .filter(provider -> provider.speaks(shape))
                .flatMap(provider -> models(provider))
                .filter(model -> allowed(key.policy(), model))
                .toList();
    }

    private Stream<Model> models(Provider provider) {
        return prices.models(provider.name()).stream().map(id -> new Model(id, provider.name()));
    }

    private static boolean allowed(Policy policy, Model model) {
        return (policy.allowedProviders().isEmpty() || policy.allowedProviders().contains(model.owner))
                && (policy.allowedModels().isEmpty()
                        || policy.allowedModels().stream().anyMatch(pattern -> matches(pattern, model.id)));
    }

    private static boolean matches(String pattern, String text) {
        return text.matches(Stream.of(pattern.split("\\*", -1))
                .map(java.util.regex.Pattern::quote)
                .collect(java.util.stream.Collectors.joining(".*")));
    }

    private static ServerResponse json(ErrorShape shape, List<Model> models) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        ArrayNode data = root.putArray("data");
        models.forEach(model -> data.add(describe(shape, model)));
        if (shape == ErrorShape.ANTHROPIC) {
            root.put("has_more", false);
            root.put("first_id", models.isEmpty() ? null : models.getFirst().id);
            root.put("last_id", models.isEmpty() ? null : models.getLast().id);
        } else {
            root.put("object", "list");
        }
        return ServerResponse.ok().contentType(MediaType.APPLICATION_JSON).body(root.toString());
    }

    private static ObjectNode describe(ErrorShape shape, Model model) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("id", model.id);
        if (shape == ErrorShape.ANTHROPIC) {
            node.put("type", "model");
            node.put("display_name", model.id);
            node.put("created_at", "2023-11-14T22:13:20Z");
        } else {
            node.put("object", "model");
            node.put("created", CREATED);
            node.put("owned_by", model.owner);
        }
        return node;
    }

    private static ServerResponse refuse(ErrorShape shape, Kind kind, String message) {
        return ErrorAnswer.of(shape, CallId.next(), Problem.of(kind, message));
    }
}
