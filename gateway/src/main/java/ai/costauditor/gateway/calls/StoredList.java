package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.keys.PresentedKey;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.stored.StoredObjects;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyStatus;
import java.util.List;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Files and batches of the key's project, as the provider last described them. Answered from our table: the provider's own
 * list has those of all tenants.
 */
public final class StoredList {

    private static final int MOST = 100;

    private final KeyDirectory keys;
    private final StoredObjects objects;

    StoredList(KeyDirectory keys, StoredObjects objects) {
        this.keys = keys;
        this.objects = objects;
    }

    public ServerResponse of(Provider provider, StoredKind kind, ServerRequest request) {
        ErrorShape shape = kind == StoredKind.MESSAGE_BATCH ? ErrorShape.ANTHROPIC : ErrorShape.OPENAI;
        CallId call = CallId.next();
        Optional<KeyDirectory.Entry> key;
        try {
            key = PresentedKey.of(request.servletRequest())
                    .flatMap(keys::find)
                    .filter(found -> found.status() == KeyStatus.ACTIVE);
        } catch (BadRequest e) {
            return ErrorAnswer.of(shape, call, Problem.of(Kind.BAD_REQUEST, String.valueOf(e.getMessage())));
        }
        if (key.isEmpty()) {
            return ErrorAnswer.of(shape, call, Problem.of(Kind.INVALID_KEY, "no valid virtual key was sent"));
        }
        int limit = limit(request.param("limit").orElse("20"));
        String after = request.param(shape == ErrorShape.ANTHROPIC ? "after_id" : "after")
                .orElse(null);
        List<StoredObject> found = objects.list(provider.name(), kind, key.get(), after, limit + 1);
        return ServerResponse.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .header(AnswerHeaders.CALL_ID, call.value())
                .header("x-request-id", call.value())
                .header("request-id", call.value())
                .body(JsonMapper.shared().writeValueAsBytes(page(found, limit)));
    }

    private static int limit(String asked) {
        return asked.matches("\\d{1,6}") ? Math.clamp(Integer.parseInt(asked), 1, MOST) : 20;
    }

    private static ObjectNode page(List<StoredObject> found, int limit) {
        List<StoredObject> shown = found.subList(0, Math.min(limit, found.size()));
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("object", "list");
        ArrayNode data = root.putArray("data");
        shown.forEach(object -> data.add(JsonMapper.shared().readTree(object.described())));
        root.put("first_id", shown.isEmpty() ? null : shown.getFirst().id());
        root.put("last_id", shown.isEmpty() ? null : shown.getLast().id());
        root.put("has_more", found.size() > limit);
        return root;
    }
}
