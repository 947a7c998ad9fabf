package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.keys.PresentedKey;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.upstream.UpstreamFailure;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.BodyEdit;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.gateway.wire.WireFormat;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceBound;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import ai.costauditor.ledger.pricing.PriceStatus;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The way of a call: who is it, what does it want, may it, and only then does it leave. */
public final class CallFilter {

    private final KeyDirectory keys;
    private final Providers providers;
    private final PriceCatalogue prices;
    private final Ledger ledger;
    private final Settlements settlements;
    private final Fingerprint fingerprint;
    private final GatewayMeters meters;
    private final GatewaySettings settings;
    private final InstantSource clock;
    private final Supplier<String> node;

    CallFilter(
            KeyDirectory keys,
            Providers providers,
            PriceCatalogue prices,
            Ledger ledger,
            Settlements settlements,
            Fingerprint fingerprint,
            GatewayMeters meters,
            GatewaySettings settings,
            InstantSource clock,
            Supplier<String> node) {
        this.keys = keys;
        this.providers = providers;
        this.prices = prices;
        this.ledger = ledger;
        this.settlements = settlements;
        this.fingerprint = fingerprint;
        this.meters = meters;
        this.settings = settings;
        this.clock = clock;
        this.node = node;
    }

    /**
     * @param format of the route
     * @param operation the path behind the version, such as {@code /chat/completions}
     * @param fixed the provider that the path names; none if the model decides
     */
    public ServerResponse handle(
            WireFormat format,
            String operation,
            @Nullable Provider fixed,
            ServerRequest request,
            HandlerFunction<ServerResponse> next) {
        Call call = new Call(format, clock);
        try {
            identify(call, request);
            route(call, operation, fixed, request);
            Optional<PriceBound> bound = prices.bound(call.provider().name(), call.model(), call.startedAt());
            Authorisation decision = authorise(call, request, bound);
            return switch (decision) {
                case Authorisation.Authorised ok -> forward(call, request, next);
                case Authorisation.Refused no -> {
                    meters.refused(no.reason());
                    yield answer(call, Refusals.problem(call, no, bound));
                }
            };
        } catch (BadRequest e) {
            Kind kind = e.status() == 413 ? Kind.TOO_LARGE : Kind.BAD_REQUEST;
            return refuse(call, Problem.of(kind, String.valueOf(e.getMessage())));
        } catch (Refusal e) {
            return refuse(call, e.problem);
        } catch (LedgerUnavailable e) {
            return refuse(
                    call, Problem.of(Kind.LEDGER_UNAVAILABLE, "the ledger is not available; nothing was forwarded"));
        } catch (RuleViolated e) {
            return refuse(call, Problem.of(Kind.CONFLICT, String.valueOf(e.getMessage())));
        }
    }

    private void identify(Call call, ServerRequest request) {
        String secret = PresentedKey.of(request)
                .orElseThrow(() -> new Refusal(
                        Kind.INVALID_KEY, "no virtual key was sent: put it where your SDK puts the API key"));
        KeyDirectory.Entry entry = keys.find(secret)
                .orElseThrow(() -> new Refusal(Kind.INVALID_KEY, "this is no virtual key of this server"));
        call.identifiedAs(entry);
    }

    private void route(Call call, String operation, @Nullable Provider fixed, ServerRequest request) {
        byte[] body = read(request, call.key().policy());
        WireFormat format = call.format();
        RequestFacts facts = format.read(body);
        Providers.Choice choice = fixed == null
                ? providers.choose(
                        facts.model(),
                        format.errors() == ai.costauditor.gateway.wire.ErrorShape.ANTHROPIC
                                ? Provider.Shape.ANTHROPIC
                                : Provider.Shape.OPENAI)
                : new Providers.Choice(fixed, facts.model());
        Provider provider = choice.provider();
        if (!provider.isConfigured()) {
            throw new Refusal(
                    Kind.NOT_CONFIGURED, "the provider " + provider.name() + " has no API key on this server");
        }
        byte[] named =
                choice.model().equals(facts.model()) ? body : BodyEdit.model(body, facts.model(), choice.model());
        String query = request.uri().getRawQuery();
        call.routed(
                facts,
                provider,
                choice.model(),
                URI.create(provider.root() + operation + withoutKey(query)),
                format.outgoing(named, facts));
    }

    private static String withoutKey(@Nullable String query) {
        if (query == null) {
            return "";
        }
        String rest = java.util.Arrays.stream(query.split("&"))
                .filter(part -> !part.startsWith("key="))
                .collect(java.util.stream.Collectors.joining("&"));
        return rest.isEmpty() ? "" : "?" + rest;
    }

    private byte[] read(ServerRequest request, Policy policy) {
        String encoding = request.headers().firstHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !"identity".equalsIgnoreCase(encoding)) {
            throw new BadRequest("request bodies must not be compressed");
        }
        long most = settings.largestBody().toBytes();
        most = policy.largestBody() == null ? most : Math.min(most, policy.largestBody());
        try {
            if (request.headers().contentLength().orElse(0) > most) {
                throw new BadRequest(413, "the request body is larger than " + most + " bytes");
            }
            byte[] body = request.servletRequest().getInputStream().readNBytes((int) most + 1);
            if (body.length > most) {
                throw new BadRequest(413, "the request body is larger than " + most + " bytes");
            }
            return body;
        } catch (IOException e) {
            throw new BadRequest("the request body broke off");
        }
    }

    private Authorisation authorise(Call call, ServerRequest request, Optional<PriceBound> bound) {
        KeyDirectory.Entry key = call.key();
        RequestFacts facts = call.facts();
        boolean free = call.format().isFree();
        Money amount = free
                ? Money.ZERO
                : bound.map(price -> Holds.amount(facts, price, key.policy().enforcement()))
                        .orElse(settings.unpricedAmount());
        CallRequest asked = new CallRequest(
                call.provider().name(),
                call.format().endpoint(),
                call.model(),
                facts.stream(),
                fingerprint.of(key.attribution().organisation(), facts),
                Claims.of(request.headers().asHttpHeaders(), facts));
        return ledger.execute(new AuthoriseCall(
                key.id(),
                call.id(),
                asked,
                new Hold(amount, call.startedAt().plus(settings.holdFor()), node.get()),
                free || bound.isPresent() ? PriceStatus.PRICED : PriceStatus.UNPRICED,
                call.startedAt()));
    }

    private ServerResponse forward(Call call, ServerRequest request, HandlerFunction<ServerResponse> next) {
        call.putInto(request);
        try {
            ServerResponse response = next.handle(request);
            HttpHeaders headers = response.headers();
            headers.set("x-auditor-call-id", call.id().value());
            headers.set("x-auditor-upstream", call.provider().served());
            String id = firstOf(
                    headers.getFirst("x-request-id"),
                    headers.getFirst("request-id"),
                    call.id().value());
            headers.set("x-request-id", id);
            headers.set("request-id", id);
            return response;
        } catch (UpstreamFailure e) {
            call.upstreamEnded();
            return failed(call, e);
        } catch (RuntimeException e) {
            settlements.expire(call, null, null, Outcome.FAILED_UPSTREAM);
            throw e;
        } catch (Exception e) {
            settlements.expire(call, null, null, Outcome.FAILED_UPSTREAM);
            throw new IllegalStateException("the call could not be forwarded", e);
        }
    }

    private static String firstOf(@Nullable String a, @Nullable String b, String fallback) {
        return a != null ? a : b != null ? b : fallback;
    }

    private ServerResponse failed(Call call, UpstreamFailure failure) {
        String provider = call.provider().name();
        return switch (failure.certainty()) {
            case NEVER_SENT -> {
                settlements.release(call, Outcome.UNREACHABLE);
                yield answer(call, Problem.of(Kind.UPSTREAM_UNREACHABLE, provider + " cannot be reached"));
            }
            case SENT -> {
                settlements.expire(call, null, null, Outcome.FAILED_UPSTREAM);
                yield answer(
                        call,
                        Problem.of(Kind.UPSTREAM_UNREACHABLE, provider + " closed the connection without an answer"));
            }
            case SILENT -> {
                settlements.expire(call, null, null, Outcome.TIMED_OUT);
                yield answer(call, Problem.of(Kind.UPSTREAM_TIMEOUT, provider + " did not answer in time"));
            }
        };
    }

    private ServerResponse refuse(Call call, Problem problem) {
        meters.refused(problem.kind());
        return answer(call, problem);
    }

    private static ServerResponse answer(Call call, Problem problem) {
        return ErrorAnswer.of(call.format().errors(), call.id(), problem);
    }

    /** A call that does not leave, for a reason that the ledger need not decide. */
    private static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        Refusal(Kind kind, String message) {
            super(message, null, false, false);
            this.problem = Problem.of(kind, message);
        }
    }
}
