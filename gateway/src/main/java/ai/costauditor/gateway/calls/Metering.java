package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.Json;
import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import ai.costauditor.ledger.keys.KeyCommand.Settlement;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Passes an answer on to the client while its usage is read. The usage is durable before the last byte leaves. */
public final class Metering {

    /** A body that comes at once is kept whole until it is settled; no provider sends more. */
    private static final int LARGEST_BODY = 64 * 1024 * 1024;

    private final Settlements settlements;
    private final Ledger ledger;
    private final GatewaySettings settings;

    Metering(Settlements settlements, Ledger ledger, GatewaySettings settings) {
        this.settlements = settlements;
        this.ledger = ledger;
        this.settings = settings;
    }

    /** Reads the answer to its end, settles the call, and gives the answer to the client. */
    public void deliver(Call call, Answer answer, HttpServletResponse response) throws IOException {
        Meter meter = call.format().meter(call.facts());
        try {
            if (answer.status() >= 300) {
                deliverFailure(call, answer, response);
            } else if (answer.isEventStream()) {
                new StreamDelivery(call, meter, settlements, ledger, settings).deliver(answer, response);
            } else {
                deliverBody(call, answer, meter, response);
            }
        } finally {
            answer.close();
        }
    }

    private void deliverBody(Call call, Answer answer, Meter meter, HttpServletResponse response) throws IOException {
        byte[] body = readAll(call, answer);
        if (body == null) {
            settle(call, response, () -> settlements.ended(call, meter.reading(), Outcome.FAILED_UPSTREAM));
            fail(call, response, ErrorShape.Kind.UPSTREAM_UNREACHABLE, "the provider's answer broke off");
            return;
        }
        meter.body(Json.answer(body));
        Reading reading = meter.reading();
        Settlement settlement = settle(call, response, () -> settlements.ended(call, reading, Outcome.COMPLETED));
        if (settlement != null) {
            tell(response, settlement);
            write(response, body);
        }
    }

    /** The provider's own error, byte for byte. Below 500 it refused before it worked; above, nobody knows. */
    private void deliverFailure(Call call, Answer answer, HttpServletResponse response) throws IOException {
        byte[] body = readAll(call, answer);
        Settlement settlement = settle(
                call,
                response,
                () -> answer.status() < 500 && answer.status() != 408
                        ? settlements.release(call, Outcome.REFUSED_UPSTREAM)
                        : settlements.expire(call, null, null, Outcome.FAILED_UPSTREAM));
        if (settlement != null) {
            write(response, body == null ? new byte[0] : body);
        }
    }

    /** @return nothing if the connection broke before the end */
    private byte @Nullable [] readAll(Call call, Answer answer) {
        try (InputStream in = answer.body()) {
            byte[] body = in.readNBytes(LARGEST_BODY);
            if (body.length == LARGEST_BODY && in.read() >= 0) {
                return null;
            }
            return body;
        } catch (IOException e) {
            return null;
        } finally {
            call.upstreamEnded();
        }
    }

    /** @return nothing if the ledger is away for too long; the caller has then got an error instead of an answer */
    private static @Nullable Settlement settle(
            Call call, HttpServletResponse response, java.util.function.Supplier<Settlement> ending)
            throws IOException {
        try {
            return ending.get();
        } catch (LedgerUnavailable e) {
            fail(
                    call,
                    response,
                    ErrorShape.Kind.LEDGER_UNAVAILABLE,
                    "the usage of this call could not be recorded yet");
            return null;
        }
    }

    private static void fail(Call call, HttpServletResponse response, ErrorShape.Kind kind, String message)
            throws IOException {
        ErrorShape shape = call.format().errors();
        response.setStatus(shape.status(kind));
        response.setContentType("application/json");
        write(
                response,
                shape.bytes(ErrorShape.Problem.of(kind, message), call.id().value()));
    }

    private static void tell(HttpServletResponse response, Settlement settlement) {
        if (settlement.cost() != null) {
            response.setHeader("x-auditor-cost", settlement.cost().toString());
        }
        if (settlement.available() != null) {
            response.setHeader(
                    "x-auditor-budget-remaining", settlement.available().toString());
        }
    }

    private static void write(HttpServletResponse response, byte[] body) throws IOException {
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
