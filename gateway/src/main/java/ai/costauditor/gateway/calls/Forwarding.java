package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.routing.Candidate;
import ai.costauditor.gateway.routing.Failure;
import ai.costauditor.gateway.routing.Journey;
import ai.costauditor.gateway.upstream.RequestHeaders;
import ai.costauditor.gateway.upstream.UpstreamAnswer;
import ai.costauditor.gateway.upstream.UpstreamClient;
import ai.costauditor.gateway.upstream.UpstreamFailure;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.core5.http.Header;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The last step of a call: it leaves with the provider's credential, and the answer comes back through its meter. Once,
 * unless its route says more; and no more once a byte of an answer is on its way to the client.
 */
public final class Forwarding implements HandlerFunction<ServerResponse> {

    /** The request attribute that holds the authorised {@link Call}. */
    static final String CALL = Call.class.getName();

    private final UpstreamClient client;
    private final Fallbacks fallbacks;
    private final Settlements settlements;
    private final LivingHolds holds;
    private final Delivery delivery;
    private final GatewayMeters meters;

    Forwarding(
            UpstreamClient client,
            Fallbacks fallbacks,
            Settlements settlements,
            LivingHolds holds,
            Delivery delivery,
            GatewayMeters meters) {
        this.client = client;
        this.fallbacks = fallbacks;
        this.settlements = settlements;
        this.holds = holds;
        this.delivery = delivery;
        this.meters = meters;
    }

    @Override
    public ServerResponse handle(ServerRequest request) {
        Call call = (Call) request.attribute(CALL).orElseThrow();
        while (true) {
            Turn turn = turn(call, request);
            if (turn instanceof Turn.Over(ServerResponse response)) {
                return response;
            }
            call = ((Turn.Onwards) turn).to();
        }
    }

    /** What all attempts of one call in the ledger came to. */
    private sealed interface Turn {
        record Over(ServerResponse response) implements Turn {}

        /** The call has ended in the ledger, and this one is authorised in its place. */
        record Onwards(Call to) implements Turn {}
    }

    /** The hold lives as long as this lasts, pauses between attempts included; an answer's body has its own time. */
    private Turn turn(Call call, ServerRequest request) {
        holds.runs(call);
        try {
            return attempts(call, request);
        } finally {
            holds.ended(call);
        }
    }

    private Turn attempts(Call call, ServerRequest request) {
        while (true) {
            Tried tried = send(call, request);
            switch (next(call, tried)) {
                case Journey.Next.Nothing _ -> {
                    return new Turn.Over(answer(call, tried));
                }
                case Journey.Next.Again(Duration pause)
                when tried.costNothing() -> {
                    call.inVain(tried.outcome());
                    tried.drop();
                    pause(call, pause);
                }
                case Journey.Next.Again(Duration pause) -> {
                    return another(call, tried, call.candidate(), pause, request);
                }
                case Journey.Next.Fallback(Candidate to) -> {
                    return another(call, tried, to, Duration.ZERO, request);
                }
            }
        }
    }

    private Tried send(Call call, ServerRequest request) {
        call.sending();
        Tried tried;
        try {
            tried = new Tried.Answered(post(call, request));
        } catch (UpstreamFailure e) {
            tried = new Tried.Silent(e.certainty());
        } catch (RuntimeException e) {
            // a fault of ours between hold and answer: nobody knows what the provider did
            call.untried();
            settlements.expire(call, null, null, Outcome.FAILED_UPSTREAM);
            throw e;
        }
        if (tried instanceof Tried.Answered(UpstreamAnswer answer)) {
            call.answered(answer.status());
        } else {
            call.upstreamEnded();
        }
        Failure failure = tried.failure();
        call.tried(failure);
        meters.attempted(call, failure);
        return tried;
    }

    private UpstreamAnswer post(Call call, ServerRequest request) {
        URI uri = call.target().uri();
        byte[] body = call.target().body();
        List<Header> headers = RequestHeaders.of(
                request.servletRequest(), call.provider(), call.format().errors(), uri, body);
        return call.sends("POST") && call.upload() == null
                ? client.post(uri, headers, body, call.patience())
                : client.send(call.method(), uri, headers, call.upload());
    }

    private static Journey.Next next(Call call, Tried tried) {
        Failure failure = tried.failure();
        return failure == null || call.journey() == null
                ? new Journey.Next.Nothing()
                : call.journey().after(failure, tried.wantedPause(call.now()), tried.isLasting());
    }

    /** Ends the call, and asks for another one; without that, the client gets what there is. */
    private Turn another(Call call, Tried tried, Candidate to, Duration pause, ServerRequest request) {
        call.upstreamEnded();
        try {
            fallbacks.end(call, tried);
            pause(call, pause);
            Call other = fallbacks.next(call, tried, to, request.servletRequest());
            if (other == null) {
                return new Turn.Over(ended(call, tried));
            }
            tried.drop();
            return new Turn.Onwards(other);
        } catch (LedgerUnavailable e) {
            to.untried();
            return new Turn.Over(ended(call, tried));
        } catch (RuntimeException e) {
            // a fault of ours: what was answered will not be read
            tried.drop();
            throw e;
        }
    }

    private static void pause(Call call, Duration pause) {
        long until = System.nanoTime() + pause.toNanos();
        for (long rest = pause.toNanos();
                rest > 0 && !Thread.currentThread().isInterrupted();
                rest = until - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
        call.paused(pause.toNanos());
    }

    /** The last attempt's answer, through its meter. */
    private ServerResponse answer(Call call, Tried tried) {
        if (tried instanceof Tried.Answered(UpstreamAnswer answer)) {
            return new UpstreamResponse(
                    answer.status(), (asked, response) -> delivery.deliver(call, answer, asked, response));
        }
        try {
            fallbacks.end(call, tried);
        } catch (LedgerUnavailable e) {
            return problem(call, Kind.LEDGER_UNAVAILABLE, "the end of this call could not be recorded yet");
        }
        return ended(call, tried);
    }

    /** What the last attempt came to, of a call that has ended in the ledger. */
    private ServerResponse ended(Call call, Tried tried) {
        String provider = call.provider().name();
        return switch (tried) {
            case Tried.Answered(UpstreamAnswer answer) ->
                new UpstreamResponse(
                        answer.status(), (asked, response) -> delivery.deliverError(call, answer, response));
            case Tried.Silent(UpstreamFailure.Certainty certainty) ->
                switch (certainty) {
                    case NEVER_SENT ->
                        problem(call, Kind.UPSTREAM_UNREACHABLE, provider + " cannot be reached; nothing was sent");
                    case SENT ->
                        problem(call, Kind.UPSTREAM_FAILED, provider + " closed the connection without an answer");
                    case SILENT -> problem(call, Kind.UPSTREAM_TIMEOUT, provider + " did not answer in time");
                };
        };
    }

    private static ServerResponse problem(Call call, Kind kind, String message) {
        return ErrorAnswer.of(
                call.format().errors(),
                call.id(),
                Problem.of(kind, message),
                Map.of(
                        AnswerHeaders.ATTEMPTS,
                        Integer.toString(call.attempts()),
                        AnswerHeaders.UPSTREAM,
                        call.provider().served()));
    }
}
