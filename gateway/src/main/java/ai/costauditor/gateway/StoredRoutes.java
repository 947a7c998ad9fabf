package ai.costauditor.gateway;

import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;

import ai.costauditor.gateway.calls.Forwarding;
import ai.costauditor.gateway.calls.StoredCalls;
import ai.costauditor.gateway.calls.StoredList;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.ObjectFormat;
import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.gateway.wire.WireFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** What providers keep: responses, completions, files and batches. */
final class StoredRoutes {

    private final RouterFunctions.Builder routes;
    private final StoredCalls calls;
    private final StoredList lists;
    private final Forwarding forward;

    StoredRoutes(RouterFunctions.Builder routes, StoredCalls calls, StoredList lists, Forwarding forward) {
        this.routes = routes;
        this.calls = calls;
        this.lists = lists;
        this.forward = forward;
    }

    /**
     * @param fixed the provider that the path names; none if the object decides
     * @param own who keeps files and batches of that path
     */
    void openAi(String prefix, @Nullable Provider fixed, Provider own) {
        responses(prefix, fixed);
        completions(prefix, fixed);
        files(prefix, fixed, own);
        String batches = prefix + "/batches";
        make(batches, ObjectFormat.making("batches", ErrorShape.OPENAI, StoredKind.BATCH), own);
        routes.GET(batches, request -> lists.of(own, StoredKind.BATCH, request));
        about(HttpMethod.GET, batches, "", openAi("batches.get"), fixed, StoredKind.BATCH);
        about(HttpMethod.POST, batches, "/cancel", openAi("batches.cancel"), fixed, StoredKind.BATCH);
    }

    private void responses(String prefix, @Nullable Provider fixed) {
        String path = prefix + "/responses";
        StoredKind kind = StoredKind.RESPONSE;
        about(HttpMethod.GET, path, "", ObjectFormat.response("responses.get"), fixed, kind);
        about(HttpMethod.POST, path, "/cancel", ObjectFormat.response("responses.cancel"), fixed, kind);
        about(HttpMethod.DELETE, path, "", openAi("responses.delete"), fixed, kind);
        about(
                HttpMethod.GET,
                path,
                "/input_items",
                ObjectFormat.content("responses.input_items", ErrorShape.OPENAI),
                fixed,
                kind);
    }

    private void completions(String prefix, @Nullable Provider fixed) {
        String path = prefix + "/chat/completions";
        StoredKind kind = StoredKind.COMPLETION;
        about(HttpMethod.GET, path, "", openAi("chat.completions.get"), fixed, kind);
        about(HttpMethod.DELETE, path, "", openAi("chat.completions.delete"), fixed, kind);
        about(
                HttpMethod.GET,
                path,
                "/messages",
                ObjectFormat.content("chat.completions.messages", ErrorShape.OPENAI),
                fixed,
                kind);
    }

    private void files(String prefix, @Nullable Provider fixed, Provider own) {
        String path = prefix + "/files";
        WireFormat upload = ObjectFormat.making("files", ErrorShape.OPENAI, StoredKind.FILE);
        add(HttpMethod.POST, path, (request, next) -> calls.upload(upload, own, request, next));
        routes.GET(path, request -> lists.of(own, StoredKind.FILE, request));
        about(HttpMethod.GET, path, "", openAi("files.get"), fixed, StoredKind.FILE);
        about(HttpMethod.DELETE, path, "", openAi("files.delete"), fixed, StoredKind.FILE);
        about(
                HttpMethod.GET,
                path,
                "/content",
                ObjectFormat.content("files.content", ErrorShape.OPENAI),
                fixed,
                StoredKind.FILE);
    }

    /** As for {@link #openAi}. */
    void anthropic(String prefix, @Nullable Provider fixed, Provider own) {
        String path = prefix + "/messages/batches";
        StoredKind kind = StoredKind.MESSAGE_BATCH;
        WireFormat making = ObjectFormat.making("messages.batches", ErrorShape.ANTHROPIC, kind);
        add(HttpMethod.POST, path, (request, next) -> calls.messages(making, own, request, next));
        routes.GET(path, request -> lists.of(own, kind, request));
        about(HttpMethod.GET, path, "", anthropic("messages.batches.get"), fixed, kind);
        about(HttpMethod.POST, path, "/cancel", anthropic("messages.batches.cancel"), fixed, kind);
        about(HttpMethod.DELETE, path, "", anthropic("messages.batches.delete"), fixed, kind);
        about(
                HttpMethod.GET,
                path,
                "/results",
                ObjectFormat.content("messages.batches.results", ErrorShape.ANTHROPIC),
                fixed,
                kind);
    }

    private static WireFormat openAi(String endpoint) {
        return ObjectFormat.described(endpoint, ErrorShape.OPENAI);
    }

    private static WireFormat anthropic(String endpoint) {
        return ObjectFormat.described(endpoint, ErrorShape.ANTHROPIC);
    }

    private void make(String path, WireFormat format, Provider own) {
        add(HttpMethod.POST, path, (request, next) -> calls.batch(format, own, request, next));
    }

    private void about(
            HttpMethod method,
            String path,
            String suffix,
            WireFormat format,
            @Nullable Provider fixed,
            StoredKind kind) {
        add(
                method,
                path + "/{id}" + suffix,
                (request, next) -> calls.about(format, fixed, kind, suffix, request, next));
    }

    private void add(HttpMethod method, String path, HandlerFilterFunction<ServerResponse, ServerResponse> filter) {
        routes.add(route(method + " " + path)
                .route(RequestPredicates.method(method).and(RequestPredicates.path(path)), forward)
                .filter(filter)
                .build());
    }
}
