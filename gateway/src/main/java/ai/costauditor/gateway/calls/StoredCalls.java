package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.unfinished.Unfinished;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.BatchLines;
import ai.costauditor.gateway.wire.RequestBody;
import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.gateway.wire.WireFormat;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The way of calls about stored objects: it is that of all calls, but for how they are read. */
public final class StoredCalls {

    private final CallFilter calls;
    private final Reception reception;
    private final StoredReception stored;
    private final BatchBounds bounds;
    private final Unfinished unfinished;

    StoredCalls(
            CallFilter calls, Reception reception, StoredReception stored, BatchBounds bounds, Unfinished unfinished) {
        this.calls = calls;
        this.reception = reception;
        this.stored = stored;
        this.bounds = bounds;
        this.unfinished = unfinished;
    }

    /**
     * Asks for an object, or changes it.
     *
     * @param fixed the provider that the path names; none if the id decides
     * @param suffix of the path behind the id
     */
    public ServerResponse about(
            WireFormat format,
            @Nullable Provider fixed,
            StoredKind kind,
            String suffix,
            ServerRequest request,
            HandlerFunction<ServerResponse> forward)
            throws Exception {
        String id = request.pathVariable("id");
        return calls.handle(
                format,
                (call, asked) -> {
                    StoredObject object = stored.find(call, fixed, kind, id);
                    if ("DELETE".equals(asked.getMethod()) && object.pending()) {
                        // what is gone cannot be asked for its usage
                        unfinished.look(object);
                    }
                    stored.about(call, fixed, object, suffix, asked, body(call, asked));
                },
                request,
                forward);
    }

    private byte[] body(Call call, HttpServletRequest request) {
        return "POST".equals(request.getMethod()) ? reception.bytes(request, call.policy()) : new byte[0];
    }

    public ServerResponse upload(
            WireFormat format, Provider provider, ServerRequest request, HandlerFunction<ServerResponse> forward)
            throws Exception {
        return calls.handle(format, (call, asked) -> stored.upload(call, provider, asked), request, forward);
    }

    public ServerResponse batch(
            WireFormat format, Provider provider, ServerRequest request, HandlerFunction<ServerResponse> forward)
            throws Exception {
        return calls.handle(
                format,
                (call, asked) -> {
                    RequestBody body = RequestBody.read(reception.bytes(asked, call.policy()));
                    String endpoint = body.string("endpoint");
                    BatchLines.format(endpoint);
                    String file = body.string("input_file_id");
                    if (file == null) {
                        throw new BadRequest("missing required parameter: 'input_file_id'");
                    }
                    StoredObject input = stored.find(call, provider, StoredKind.FILE, file);
                    stored.batch(
                            call,
                            provider,
                            StoredKind.BATCH,
                            body,
                            bounds.ofFile(call, stored.keeper(input), input, endpoint),
                            asked);
                },
                request,
                forward);
    }

    public ServerResponse messages(
            WireFormat format, Provider provider, ServerRequest request, HandlerFunction<ServerResponse> forward)
            throws Exception {
        return calls.handle(
                format,
                (call, asked) -> {
                    RequestBody body = RequestBody.read(reception.bytes(asked, call.policy()));
                    stored.batch(
                            call,
                            provider,
                            StoredKind.MESSAGE_BATCH,
                            body,
                            bounds.ofMessages(call, provider, body),
                            asked);
                },
                request,
                forward);
    }
}
