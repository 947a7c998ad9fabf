package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.keys.PresentedKey;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.routing.Candidate;
import ai.costauditor.gateway.routing.Journey;
import ai.costauditor.gateway.routing.Routing;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.BodyEdit;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.RequestBody;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.gateway.wire.WireFormat;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.policies.EffectivePolicy;
import ai.costauditor.ledger.policies.PolicyDirectory;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out whose call it is, what it asks for, and where it goes. Nothing is decided here. */
final class Reception {

    /** Bytes that are read at once of a body of unknown length. */
    private static final int PIECE = 64 * 1024;

    private final KeyDirectory keys;
    private final PolicyDirectory policies;
    private final Providers providers;
    private final Routing routing;
    private final References references;
    private final GatewaySettings settings;

    Reception(
            KeyDirectory keys,
            PolicyDirectory policies,
            Providers providers,
            Routing routing,
            References references,
            GatewaySettings settings) {
        this.keys = keys;
        this.policies = policies;
        this.providers = providers;
        this.routing = routing;
        this.references = references;
        this.settings = settings;
    }

    void identify(Call call, HttpServletRequest request) {
        String secret = PresentedKey.of(request)
                .orElseThrow(() -> new CallRefused(
                        Kind.INVALID_KEY, "no virtual key was sent: put it where your SDK puts the API key"));
        KeyDirectory.Entry key = keys.find(secret)
                .orElseThrow(() -> new CallRefused(Kind.INVALID_KEY, "this is no virtual key of this server"));
        call.identifiedAs(key, policies.of(key));
    }

    /** @param fixed the provider that the path names; none if the model decides */
    void read(Call call, Operation operation, @Nullable Provider fixed, HttpServletRequest request) {
        call.format().check(request.getQueryString());
        RequestBody read = call.format().parse(bytes(request, call.policy()), request.getContentType());
        RequestBody body = operation.model() == null ? read : read.of(behind(fixed, operation.model()));
        RequestFacts facts = call.format().read(body, request::getHeader);
        if (fixed == null) {
            choose(call, facts);
        } else {
            call.goesAlong(null, new Candidate(fixed, facts.model()));
        }
        if (!call.candidate().provider().isConfigured()) {
            throw CallFilter.notConfigured(call.candidate().provider());
        }
        WireFormat format = call.format();
        String query = PresentedKey.removedFrom(request.getQueryString());
        RequestFacts known = references.known(call, call.candidate().provider(), format, facts);
        call.routed(known, candidate -> target(candidate, format, operation, query, facts));
        if (known != facts || facts.body().dependsOnStored()) {
            // nobody else has what the provider has stored
            call.goesAlong(null, call.candidate());
        }
    }

    private void choose(Call call, RequestFacts facts) {
        ErrorShape family = call.format().errors();
        Optional<Journey> journey = routing.of(facts.model(), family, call.startedNanos());
        if (journey.isEmpty()) {
            Providers.Choice choice = providers.choose(facts.model(), family);
            call.goesAlong(null, new Candidate(choice.provider(), choice.model()));
            return;
        }
        call.goesAlong(
                journey.get(),
                journey.get()
                        .next()
                        .orElseThrow(
                                () -> new CallRefused(
                                        Kind.UPSTREAM_UNREACHABLE,
                                        "no provider of " + facts.model()
                                                + " can be asked now: they have failed too often, or have no API key here; nothing was sent")));
    }

    private static Call.Target target(
            Candidate to, WireFormat format, Operation operation, String query, RequestFacts facts) {
        Provider provider = to.provider();
        BodyEdit outgoing = new BodyEdit(facts.body());
        if (!to.model().equals(facts.model())) {
            outgoing.model(to.model());
        }
        format.prepare(outgoing, provider.asksForUsage() ? facts : facts.unasked());
        URI uri = URI.create(provider.root(format.errors()) + operation.path() + query);
        String model = operation.model() == null ? behind(provider, to.model()) : to.model();
        return new Call.Target(provider, model, uri, outgoing.bytes());
    }

    private static String behind(@Nullable Provider provider, String name) {
        return provider == null ? name : provider.modelBehind(name);
    }

    byte[] bytes(HttpServletRequest request, EffectivePolicy policy) {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new BadRequest("request bodies must not be compressed");
        }
        long ours = settings.largestBody().toBytes();
        EffectivePolicy.Least<Long> least = policy.least(Policy::largestBody);
        long most = least == null ? ours : Math.min(ours, least.value());
        String whose = least == null || most < least.value() ? "this server" : Refusals.policyOf(least.level());
        long announced = request.getContentLengthLong();
        if (announced > most) {
            throw tooLarge(most, whose);
        }
        try {
            InputStream in = request.getInputStream();
            byte[] body = announced < 0
                    ? inPieces(in, most + 1, OpenCalls.placeOf(request))
                    : atOnce(in, announced, OpenCalls.placeOf(request));
            if (body.length > most) {
                throw tooLarge(most, whose);
            }
            if (body.length < announced) {
                throw new BadRequest("the request body broke off");
            }
            return body;
        } catch (IOException e) {
            throw new BadRequest("the request body broke off");
        }
    }

    private static byte[] atOnce(InputStream in, long announced, OpenCalls.Place place) throws IOException {
        place.hold(announced);
        return in.readNBytes((int) announced);
    }

    /** Of a body that does not say how large it is. */
    private static byte[] inPieces(InputStream in, long most, OpenCalls.Place place) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
            place.hold(piece.length);
            body.writeBytes(piece);
            if (body.size() >= most) {
                break;
            }
        }
        return body.toByteArray();
    }

    private static BadRequest tooLarge(long most, String whose) {
        return new BadRequest(413, "the request body is larger than the " + most + " bytes that " + whose + " allows");
    }
}
