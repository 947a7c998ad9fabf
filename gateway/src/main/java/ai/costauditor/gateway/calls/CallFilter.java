package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.cache.ResponseCache;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.providers.Providers;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.gateway.wire.WireFormat;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.RuleViolated;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The way of a call: who is it, what does it want, may it, and only then does it leave. */
public final class CallFilter {

    private final Reception reception;
    private final Authorisations authorisations;
    private final Repeats repeats;
    private final GatewayMeters meters;
    private final InstantSource clock;

    CallFilter(
            Reception reception,
            Authorisations authorisations,
            Repeats repeats,
            GatewayMeters meters,
            InstantSource clock) {
        this.reception = reception;
        this.authorisations = authorisations;
        this.repeats = repeats;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * @param format of the route
     * @param operation what the path asks for
     * @param fixed the provider that the path names; none if the model decides
     * @param forward sends an authorised call, see {@link Forwarding}
     */
    public ServerResponse handle(
            WireFormat format,
            Operation operation,
            @Nullable Provider fixed,
            ServerRequest request,
            HandlerFunction<ServerResponse> forward)
            throws Exception {
        return handle(format, (call, asked) -> reception.read(call, operation, fixed, asked), request, forward);
    }

    /** Finds out what a call asks for, and where it goes. */
    interface Reader {
        void read(Call call, HttpServletRequest request);
    }

    ServerResponse handle(
            WireFormat format, Reader reader, ServerRequest request, HandlerFunction<ServerResponse> forward)
            throws Exception {
        Call call = new Call(format, clock);
        try {
            OpenCalls.Place place = OpenCalls.placeOf(request.servletRequest());
            place.enter();
            call.takes(place);
            reception.identify(call, request.servletRequest());
            reader.read(call, request.servletRequest());
            Optional<ResponseCache.Entry> repeated = repeats.find(call, request.servletRequest());
            if (repeated.isPresent()) {
                authorisations.authoriseRepeat(call, request.servletRequest());
                call.untried();
                return repeats.answer(call, repeated.get());
            }
            authorisations.authorise(call, request.servletRequest());
        } catch (CallRefused e) {
            return refuse(call, e.problem());
        } catch (BadRequest e) {
            return refuse(
                    call,
                    Problem.of(e.status() == 413 ? Kind.TOO_LARGE : Kind.BAD_REQUEST, String.valueOf(e.getMessage())));
        } catch (LedgerUnavailable e) {
            return refuse(
                    call, Problem.of(Kind.LEDGER_UNAVAILABLE, "the ledger is not available; nothing was forwarded"));
        } catch (RuleViolated e) {
            return refuse(call, Problem.of(Kind.CONFLICT, String.valueOf(e.getMessage())));
        }
        request.attributes().put(Forwarding.CALL, call);
        return forward.handle(request);
    }

    private ServerResponse refuse(Call call, Problem problem) {
        call.untried();
        meters.refused(problem.kind());
        return ErrorAnswer.of(
                call.format().errors(),
                call.id(),
                problem,
                RateLimitHeaders.of(call.format().errors(), call.limits(), call.startedAt()));
    }

    /** For operations that are not metered at all. */
    public static ServerResponse unknownPath(ai.costauditor.gateway.wire.ErrorShape shape, ServerRequest request) {
        String asked = request.method() + " " + request.path();
        return ErrorAnswer.of(
                shape,
                ai.costauditor.ledger.keys.CallId.next(),
                Problem.of(Kind.NOT_FOUND, asked + " is not metered by this server, so it is not forwarded"));
    }

    /** What {@link Providers} says of a model that none of them can serve here. */
    static CallRefused notConfigured(Provider provider) {
        return new CallRefused(Problem.of(
                Kind.NOT_CONFIGURED,
                "the provider " + provider.name() + " has no API key on this server; its administrator can set one"));
    }
}
