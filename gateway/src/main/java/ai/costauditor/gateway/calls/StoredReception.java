package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.keys.PresentedKey;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.stored.StoredObjects;
import ai.costauditor.gateway.unfinished.UnfinishedSettings;
import ai.costauditor.gateway.upstream.UpstreamClient.Outgoing;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.RequestBody;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.ledger.keys.CallRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/**
 * Finds out which stored object a request is about. The account at the provider is one for all tenants: what belongs to
 * another, and what nobody has made through us, is not there.
 */
final class StoredReception {

    private static final byte[] NO_BODY = {};

    private final StoredObjects objects;
    private final Providers providers;
    private final UnfinishedSettings settings;

    StoredReception(StoredObjects objects, Providers providers, UnfinishedSettings settings) {
        this.objects = objects;
        this.providers = providers;
        this.settings = settings;
    }

    /** @param fixed the provider that the path names; none if the id decides */
    StoredObject find(Call call, @Nullable Provider fixed, StoredKind kind, String id) {
        return objects.find(id).stream()
                .filter(object -> object.kind() == kind && object.belongsTo(call.key()))
                .filter(object -> fixed == null || fixed.name().equals(object.provider()))
                .findFirst()
                .orElseThrow(() -> new CallRefused(Kind.NOT_FOUND, "there is no " + id + " of this project"));
    }

    /**
     * A request that asks for an object.
     *
     * @param fixed the provider that the path names, by the root of that path; none if the object decides
     * @param suffix of the path behind the object's id, such as {@code /cancel}
     * @param body what is sent with it; empty for none
     */
    void about(
            Call call,
            @Nullable Provider fixed,
            StoredObject object,
            String suffix,
            HttpServletRequest request,
            byte[] body) {
        Provider provider = fixed == null ? keeper(object) : fixed;
        boolean streams = "true".equals(request.getParameter("stream"));
        String path = object.kind().path() + "/" + UriUtils.encode(object.id(), StandardCharsets.UTF_8) + suffix;
        call.concerns(object);
        call.sendsBy(request.getMethod());
        call.routed(
                RequestFacts.of(RequestBody.NONE, object.model(), streams),
                new Call.Target(provider, object.model(), uri(call, provider, path, request), body));
    }

    /** As we ask it ourselves. */
    Provider keeper(StoredObject object) {
        return configured(providers.named(object.provider()), object.provider());
    }

    /** A request that brings a file, which goes on as it comes in. */
    void upload(Call call, Provider provider, HttpServletRequest request) {
        long most = settings.largestUpload().toBytes();
        long announced = request.getContentLengthLong();
        if (announced > most) {
            throw tooLarge(most);
        }
        try {
            call.uploads(new Outgoing(new Bounded(request.getInputStream(), most), announced));
        } catch (IOException e) {
            throw new BadRequest("the request body broke off");
        }
        call.routed(
                RequestFacts.of(RequestBody.NONE, CallRequest.NO_MODEL, false),
                new Call.Target(
                        configured(provider, provider.name()),
                        CallRequest.NO_MODEL,
                        uri(call, provider, StoredKind.FILE.path(), request),
                        NO_BODY));
    }

    /** A request that makes a batch, of which it is known what it may cost. */
    void batch(
            Call call,
            Provider provider,
            StoredKind kind,
            RequestBody body,
            BatchBounds.Bound bound,
            HttpServletRequest request) {
        call.reserves(bound);
        call.routed(
                RequestFacts.of(body, bound.model(), false),
                new Call.Target(
                        configured(provider, provider.name()),
                        bound.model(),
                        uri(call, provider, kind.path(), request),
                        body.bytes()));
    }

    private static Provider configured(@Nullable Provider provider, String name) {
        if (provider == null) {
            throw new CallRefused(Kind.NOT_CONFIGURED, "the provider " + name + " is not configured any more");
        }
        if (!provider.isConfigured()) {
            throw CallFilter.notConfigured(provider);
        }
        return provider;
    }

    private static URI uri(Call call, Provider provider, String path, HttpServletRequest request) {
        return URI.create(
                provider.root(call.format().errors()) + path + PresentedKey.removedFrom(request.getQueryString()));
    }

    private static BadRequest tooLarge(long most) {
        return new BadRequest(413, "the file is larger than the " + most + " bytes that are allowed");
    }

    /** Breaks off what is larger than it may be, if nobody has said so before. */
    private static final class Bounded extends FilterInputStream {

        private long left;

        Bounded(InputStream in, long most) {
            super(in);
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) throws IOException {
            left -= read;
            if (left < 0) {
                throw new IOException("the file is larger than it may be");
            }
        }
    }
}
