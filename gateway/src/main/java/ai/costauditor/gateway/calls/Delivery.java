package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.upstream.UpstreamAnswer;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.gateway.wire.EventSplitter;
import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import ai.costauditor.ledger.keys.KeyCommand.Settlement;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Passes an answer on to the client while its usage is read. The usage is durable before the last byte leaves. */
final class Delivery {

    private static final String EVENTS = "text/event-stream";

    private final Settlements settlements;
    private final StoredAnswers stored;
    private final Repeats repeats;
    private final GatewayMeters meters;
    private final GatewaySettings settings;
    private final Deadlines deadlines;
    private final OpenStreams open;
    private final LivingHolds holds;

    Delivery(
            Settlements settlements,
            StoredAnswers stored,
            Repeats repeats,
            GatewayMeters meters,
            GatewaySettings settings,
            Deadlines deadlines,
            OpenStreams open,
            LivingHolds holds) {
        this.settlements = settlements;
        this.stored = stored;
        this.repeats = repeats;
        this.meters = meters;
        this.settings = settings;
        this.deadlines = deadlines;
        this.open = open;
        this.holds = holds;
    }

    void deliver(Call call, UpstreamAnswer answer, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        holds.runs(call);
        try (answer) {
            EventSplitter splitter = splitter(call, answer);
            if (answer.status() >= 300) {
                error(call, answer, response);
            } else if (call.format().isUnread()) {
                unread(call, answer, response);
            } else if (splitter != null) {
                stream(call, splitter, answer, request, response);
            } else {
                body(call, answer, request, response);
            }
        } finally {
            holds.ended(call);
            if (call.end()) {
                // a fault of ours on the way: what the provider did is not known
                settlements.expireAfterFault(call);
            }
            meters.delivered(call);
        }
    }

    /** What was asked for as a stream comes as one, whatever it is called, unless it is called JSON. */
    private static @Nullable EventSplitter splitter(Call call, UpstreamAnswer answer) {
        if (!answer.isReadable()) {
            return null;
        }
        String type = answer.contentType();
        EventSplitter named = call.format().splitter(type);
        return named == null && call.facts().stream() && !type.contains("json")
                ? call.format().splitter(EVENTS)
                : named;
    }

    private void stream(
            Call call,
            EventSplitter splitter,
            UpstreamAnswer answer,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        open.add(answer);
        try {
            new StreamDelivery(call, splitter, settlements, stored, repeats, settings, deadlines)
                    .deliver(answer, request, response);
        } finally {
            open.remove(answer);
        }
    }

    private void body(Call call, UpstreamAnswer answer, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Whole whole = read(call, answer);
        Meter meter = SteadyMeter.of(call);
        meter.head(answer::header);
        byte @Nullable [] readable = whole.isComplete() ? unpacked(answer, whole.bytes) : null;
        if (readable != null) {
            meter(call, meter, readable);
        }
        try {
            stored.named(call, meter);
            if (meter.isPending()) {
                settlements.leaveOpen(call);
                begin(call, answer, response);
                pass(answer, shown(call, whole, meter, request), response);
                return;
            }
            stored.told(call, meter);
            Outcome outcome = outcome(whole, answer);
            Settlement settlement = settlements.answered(call, meter.reading(), outcome);
            stored.ended(call, meter);
            if (outcome == Outcome.TIMED_OUT) {
                fail(call, response, Kind.UPSTREAM_TIMEOUT, "the provider did not finish its answer in time");
                return;
            }
            if (whole.brokeOff) {
                fail(call, response, Kind.UPSTREAM_FAILED, "the provider's answer broke off");
                return;
            }
            if (whole.isComplete() && !answer.isPacked()) {
                repeats.keep(call, meter.reading(), outcome, answer.mediaType(), whole.bytes);
            }
            begin(call, answer, response);
            AnswerHeaders.write(settlement, response);
            pass(answer, shown(call, whole, meter, request), response);
        } catch (LedgerUnavailable e) {
            notRecorded(call, response);
        }
    }

    private static Whole shown(Call call, Whole whole, Meter meter, HttpServletRequest request) {
        return meter.description() == null ? whole : whole.with(ResultsAddress.ours(call, whole.bytes, request));
    }

    /** Free content of any size: it is not looked at and not kept. */
    private void unread(Call call, UpstreamAnswer answer, HttpServletResponse response) throws IOException {
        try {
            settlements.answered(call, call.format().meter(call.facts()).reading(), Outcome.COMPLETED);
        } catch (LedgerUnavailable e) {
            notRecorded(call, response);
            return;
        }
        begin(call, answer, response);
        String length = answer.header("Content-Length");
        if (length != null) {
            response.setHeader("Content-Length", length);
        }
        answer.body().transferTo(response.getOutputStream());
        answer.consumed();
    }

    /** Events that are called something else are events all the same. */
    private static void meter(Call call, Meter meter, byte[] body) {
        EventSplitter splitter = Beginning.isEvents(body) ? call.format().splitter(EVENTS) : null;
        if (splitter == null) {
            meter.body(body);
        } else {
            splitter.feed(body, body.length, meter::event);
            meter.event(splitter.rest());
            meter.ended();
        }
    }

    private static Outcome outcome(Whole whole, UpstreamAnswer answer) {
        if (!whole.brokeOff) {
            return Outcome.COMPLETED;
        }
        return answer.isTimedOut() ? Outcome.TIMED_OUT : Outcome.FAILED_UPSTREAM;
    }

    /** The provider's own error, of a call that has ended already. */
    void deliverError(Call call, UpstreamAnswer answer, HttpServletResponse response) throws IOException {
        try (answer) {
            Whole whole = read(call, answer);
            begin(call, answer, response);
            pass(answer, whole, response);
        } finally {
            meters.delivered(call);
        }
    }

    /** The provider's own error, byte for byte. Below 500 it refused before it worked, with two exceptions; above, nobody knows. */
    private void error(Call call, UpstreamAnswer answer, HttpServletResponse response) throws IOException {
        Whole whole = read(call, answer);
        try {
            if (isRefusal(answer.status())) {
                settlements.release(call, Outcome.REFUSED_UPSTREAM);
            } else {
                settlements.expire(call, null, null, Outcome.FAILED_UPSTREAM);
            }
            if (answer.status() < 400) {
                fail(
                        call,
                        response,
                        Kind.UPSTREAM_FAILED,
                        "the provider answered with a redirect, which is not followed");
                return;
            }
            begin(call, answer, response);
            pass(answer, whole, response);
        } catch (LedgerUnavailable e) {
            notRecorded(call, response);
        }
    }

    /** A time-out (408) and a model that failed at its work (Bedrock's 424) come after the request was taken. */
    static boolean isRefusal(int status) {
        return status < 500 && status != 408 && status != 424;
    }

    private static void begin(Call call, UpstreamAnswer answer, HttpServletResponse response) {
        response.setStatus(answer.status());
        AnswerHeaders.write(call, answer, true, response);
    }

    /** What was read, and the rest of what was too large to be read. */
    private static void pass(UpstreamAnswer answer, Whole whole, HttpServletResponse response) throws IOException {
        if (whole.isComplete() || whole.brokeOff) {
            response.setContentLength(whole.bytes.length);
        }
        response.getOutputStream().write(whole.bytes);
        if (whole.rest != null) {
            whole.rest.transferTo(response.getOutputStream());
        }
    }

    /**
     * @param rest what was not read, because there is more than is kept in memory; its usage stays unknown
     * @param brokeOff whether the connection ended before the answer did
     */
    private record Whole(byte[] bytes, @Nullable InputStream rest, boolean brokeOff) {
        boolean isComplete() {
            return rest == null && !brokeOff;
        }

        Whole with(byte[] other) {
            return new Whole(other, rest, brokeOff);
        }
    }

    private Whole read(Call call, UpstreamAnswer answer) {
        int most = (int) settings.largestAnswer().toBytes();
        byte[] bytes = {};
        try {
            InputStream in = answer.body();
            bytes = in.readNBytes(most);
            if (bytes.length == most) {
                return new Whole(bytes, in, false);
            }
            answer.consumed();
            return new Whole(bytes, null, false);
        } catch (IOException e) {
            return new Whole(bytes, null, true);
        } finally {
            call.upstreamEnded();
        }
    }

    private byte @Nullable [] unpacked(UpstreamAnswer answer, byte[] bytes) {
        if (!answer.isPacked()) {
            return bytes;
        }
        try (InputStream in = answer.unpacked(new ByteArrayInputStream(bytes))) {
            return in == null
                    ? null
                    : in.readNBytes((int) settings.largestAnswer().toBytes());
        } catch (IOException e) {
            return null;
        }
    }

    /** The answer waits for the record; a client that gets none can ask again, and the record comes later. */
    static void notRecorded(Call call, HttpServletResponse response) throws IOException {
        fail(call, response, Kind.LEDGER_UNAVAILABLE, "the usage of this call could not be recorded yet");
    }

    private static void fail(Call call, HttpServletResponse response, Kind kind, String message) throws IOException {
        byte[] body = call.format()
                .errors()
                .bytes(Problem.of(kind, message), call.id().value());
        response.reset();
        response.setStatus(call.format().errors().status(kind));
        response.setContentType("application/json");
        call.format().errors().headers(kind, call.id().value()).forEach(response::setHeader);
        AnswerHeaders.write(call, response);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
