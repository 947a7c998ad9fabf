package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.keys.PresentedKey;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.BodyEdit;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.RequestBody;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.policies.EffectivePolicy;
import ai.costauditor.ledger.policies.PolicyDirectory;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Finds out whose call it is, what it asks for, and where it goes. Nothing is decided here. */
final class Reception {

    private final KeyDirectory keys;
    private final PolicyDirectory policies;
    private final Providers providers;
    private final References references;
    private final GatewaySettings settings;

    Reception(
            KeyDirectory keys,
            PolicyDirectory policies,
            Providers providers,
            References references,
            GatewaySettings settings) {
        this.keys = keys;
        this.policies = policies;
        this.providers = providers;
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
        RequestBody read = RequestBody.read(bytes(request, call.policy()));
        RequestBody body = operation.model() == null ? read : read.of(behind(fixed, operation.model()));
        RequestFacts asked = call.format().read(body, request::getHeader);
        Providers.Choice choice = fixed == null
                ? providers.choose(asked.model(), call.format().errors())
                : new Providers.Choice(fixed, asked.model());
        Provider provider = choice.provider();
        RequestFacts facts = provider.asksForUsage() ? asked : asked.unasked();
        if (!provider.isConfigured()) {
            throw CallFilter.notConfigured(provider);
        }
        BodyEdit outgoing = new BodyEdit(body);
        if (!choice.model().equals(facts.model())) {
            outgoing.model(choice.model());
        }
        call.format().prepare(outgoing, facts);
        RequestFacts known = references.known(call, provider, call.format(), facts);
        URI uri = URI.create(provider.root(call.format().errors())
                + operation.path()
                + PresentedKey.removedFrom(request.getQueryString()));
        String model = operation.model() == null ? behind(provider, choice.model()) : choice.model();
        call.routed(known, new Call.Target(provider, model, uri, outgoing.bytes()));
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
            byte[] body = in.readNBytes((int) (announced < 0 ? most + 1 : announced));
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

    private static BadRequest tooLarge(long most, String whose) {
        return new BadRequest(413, "the request body is larger than the " + most + " bytes that " + whose + " allows");
    }
}
