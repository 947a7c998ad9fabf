package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.upstream.RequestHeaders;
import ai.costauditor.gateway.upstream.UpstreamAnswer;
import ai.costauditor.gateway.upstream.UpstreamClient;
import ai.costauditor.gateway.upstream.UpstreamFailure;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import java.net.URI;
import java.util.List;
import org.apache.hc.core5.http.Header;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The last step of a call: it leaves with the provider's credential, and the answer comes back through its meter. */
public final class Forwarding implements HandlerFunction<ServerResponse> {

    /** The request attribute that holds the authorised {@link Call}. */
    static final String CALL = Call.class.getName();

    private final UpstreamClient client;
    private final Settlements settlements;
    private final LivingHolds holds;
    private final Delivery delivery;

    Forwarding(UpstreamClient client, Settlements settlements, LivingHolds holds, Delivery delivery) {
        this.client = client;
        this.settlements = settlements;
        this.holds = holds;
        this.delivery = delivery;
    }

    @Override
    public ServerResponse handle(ServerRequest request) {
        Call call = (Call) request.attribute(CALL).orElseThrow();
        holds.runs(call);
        try {
            call.sending();
            UpstreamAnswer answer = send(call, request);
            call.answered(answer.status());
            return new UpstreamResponse(
                    answer.status(), (asked, response) -> delivery.deliver(call, answer, asked, response));
        } catch (UpstreamFailure e) {
            call.upstreamEnded();
            return failed(call, e);
        } catch (RuntimeException e) {
            // a fault of ours between hold and answer: nobody knows what the provider did
            settlements.expire(call, null, null, Outcome.FAILED_UPSTREAM);
            throw e;
        } finally {
            holds.ended(call);
        }
    }

    private UpstreamAnswer send(Call call, ServerRequest request) {
        URI uri = call.target().uri();
        byte[] body = call.target().body();
        List<Header> headers = RequestHeaders.of(
                request.servletRequest(), call.provider(), call.format().errors(), uri, body);
        return call.sends("POST") && call.upload() == null
                ? client.post(uri, headers, body)
                : client.send(call.method(), uri, headers, call.upload());
    }

    private ServerResponse failed(Call call, UpstreamFailure failure) {
        String provider = call.provider().name();
        try {
            return switch (failure.certainty()) {
                case NEVER_SENT -> {
                    settlements.release(call, Outcome.UNREACHABLE);
                    yield answer(call, Kind.UPSTREAM_UNREACHABLE, provider + " cannot be reached; nothing was sent");
                }
                case SENT -> {
                    settlements.expire(call, null, null, Outcome.FAILED_UPSTREAM);
                    yield answer(call, Kind.UPSTREAM_FAILED, provider + " closed the connection without an answer");
                }
                case SILENT -> {
                    settlements.expire(call, null, null, Outcome.TIMED_OUT);
                    yield answer(call, Kind.UPSTREAM_TIMEOUT, provider + " did not answer in time");
                }
            };
        } catch (LedgerUnavailable e) {
            return answer(call, Kind.LEDGER_UNAVAILABLE, "the end of this call could not be recorded yet");
        }
    }

    private static ServerResponse answer(Call call, Kind kind, String message) {
        return ErrorAnswer.of(call.format().errors(), call.id(), Problem.of(kind, message));
    }
}
