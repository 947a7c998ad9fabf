package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.upstream.UpstreamAnswer;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.ErrorShape.Problem;
import ai.costauditor.gateway.wire.EventSplitter;
import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.gateway.wire.SseEvent;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import ai.costauditor.ledger.keys.KeyCommand.Settlement;
import ai.costauditor.ledger.usage.Usage;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Future;
import org.apache.coyote.CloseNowException;
import org.jspecify.annotations.Nullable;

/**
 * One stream of events on its way to the client. Each event is flushed as it comes; the one after which nothing of value
 * follows waits for the settlement. When the client leaves, the stream is read on for its usage, for a while. A slow client
 * holds up the provider and not our memory: nothing is read before the last event was written.
 */
final class StreamDelivery {

    /** Bytes of the buffer of a stream that says little at a time, as those of text do, and may be silent for minutes. */
    private static final int SMALL_BUFFER = 1024;

    /** Bytes of the buffer of a stream that fills the small one. */
    private static final int LARGE_BUFFER = 16 * 1024;

    private final Call call;
    private final Meter meter;
    private final Settlements settlements;
    private final StoredAnswers stored;
    private final Repeats repeats;
    private final GatewaySettings settings;
    private final Deadlines deadlines;
    private final EventSplitter splitter;
    private byte[] heldBack = {};
    private @Nullable ByteArrayOutputStream recording;
    private @Nullable Outcome outcome;
    private boolean timedOut;
    private boolean settled;
    private boolean hasEvents;
    private boolean clientLeft;
    private boolean wantsCost;
    private long bytesSinceLeft;
    private @Nullable Future<?> giveUp;

    StreamDelivery(
            Call call,
            EventSplitter splitter,
            Settlements settlements,
            StoredAnswers stored,
            Repeats repeats,
            GatewaySettings settings,
            Deadlines deadlines) {
        this.call = call;
        this.splitter = splitter;
        this.meter = SteadyMeter.of(call);
        this.settlements = settlements;
        this.stored = stored;
        this.repeats = repeats;
        this.recording = call.keptUnder() == null ? null : new ByteArrayOutputStream();
        this.settings = settings;
        this.deadlines = deadlines;
    }

    void deliver(UpstreamAnswer answer, HttpServletRequest request, HttpServletResponse response) throws IOException {
        wantsCost = "comment".equalsIgnoreCase(request.getHeader(AnswerHeaders.COST));
        response.setStatus(answer.status());
        meter.head(answer::header);
        AnswerHeaders.write(call, answer, false, response);
        OutputStream client = response.getOutputStream();
        flush(client, answer);
        try {
            boolean whole = pump(answer, client);
            finish(whole, client, answer);
            keep(whole, answer);
            if (!whole && !clientLeft) {
                throw new CloseNowException("the provider's stream broke off, and so does ours");
            }
        } catch (LedgerUnavailable e) {
            write(client, notRecorded());
            flush(client, answer);
        } finally {
            if (giveUp != null) {
                giveUp.cancel(false);
            }
        }
    }

    /** @return whether the provider ended the stream, and not the network or we */
    private boolean pump(UpstreamAnswer answer, OutputStream client) {
        byte[] buffer = new byte[SMALL_BUFFER];
        try {
            InputStream in = answer.unpacked(answer.body());
            if (in == null) {
                throw new IOException("the stream is packed in a way that we cannot read");
            }
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                splitter.feed(buffer, count, event -> pass(event, client, answer));
                flush(client, answer);
                if (clientLeft && isEnough(count)) {
                    return false;
                }
                int fitting = count == buffer.length ? LARGE_BUFFER : SMALL_BUFFER;
                buffer = buffer.length == fitting ? buffer : new byte[fitting];
            }
            answer.consumed();
            return true;
        } catch (IOException e) {
            timedOut = answer.isTimedOut();
            return false;
        }
    }

    private void pass(SseEvent event, OutputStream client, UpstreamAnswer answer) {
        hasEvents |= !event.data().isEmpty();
        Meter.Pass pass = meter.event(event);
        stored.named(call, meter);
        writeHeldBack(client);
        switch (pass) {
            case ON -> write(client, meter.shown(event));
            case HIDE -> {}
            case PERHAPS_LAST -> heldBack = meter.shown(event);
            case LAST -> {
                flush(client, answer);
                settle(client, true);
                write(client, event.raw());
            }
        }
    }

    /** The stream is over, with or without an event that says so. */
    private void finish(boolean whole, OutputStream client, UpstreamAnswer answer) {
        SseEvent rest = splitter.rest();
        boolean isNone = rest.raw().length == 0 && rest.data().isEmpty();
        Meter.Pass pass = isNone ? Meter.Pass.HIDE : last(rest);
        if (whole) {
            meter.ended();
        }
        settle(client, whole);
        writeHeldBack(client);
        if (pass != Meter.Pass.HIDE) {
            write(client, rest.raw());
        }
        flush(client, answer);
    }

    /** An answer that is called a stream may be none: one object, and no event. */
    private Meter.Pass last(SseEvent rest) {
        if (hasEvents || !Beginning.isJson(rest.raw())) {
            return meter.event(rest);
        }
        meter.body(rest.raw());
        return Meter.Pass.ON;
    }

    private void writeHeldBack(OutputStream client) {
        write(client, heldBack);
        heldBack = new byte[0];
    }

    private void settle(OutputStream client, boolean whole) {
        if (settled) {
            return;
        }
        settled = true;
        call.upstreamEnded();
        if (meter.isPending()) {
            // the provider works on without us, and tells the usage to whoever asks
            settlements.leaveOpen(call);
            return;
        }
        stored.told(call, meter);
        Reading reading = meter.reading();
        outcome = outcome(reading, whole);
        Settlement settlement = settlements.answered(call, reading, outcome);
        stored.ended(call, meter);
        if (wantsCost && settlement.cost() != null) {
            send(client, splitter.comment(AnswerHeaders.COST + " " + settlement.cost()));
        }
    }

    /** A clean end of the connection is an end of the answer only if the answer says so, or names its usage. */
    private Outcome outcome(Reading reading, boolean whole) {
        if (clientLeft) {
            return Outcome.CLIENT_LEFT;
        }
        boolean complete =
                switch (reading.end()) {
                    case COMPLETE -> true;
                    case FAILED -> false;
                    case OPEN -> whole && reading.usage().status() != Usage.Status.UNKNOWN;
                };
        if (!complete && timedOut) {
            return Outcome.TIMED_OUT;
        }
        return complete ? Outcome.COMPLETED : Outcome.FAILED_UPSTREAM;
    }

    /** The stream as its client has seen it, without what the client alone had asked us for. */
    private void keep(boolean whole, UpstreamAnswer answer) {
        if (recording != null && outcome != null && whole && !clientLeft) {
            repeats.keep(call, meter.reading(), outcome, answer.mediaType(), recording.toByteArray());
        }
    }

    private void write(OutputStream client, byte[] bytes) {
        if (recording != null) {
            recording.writeBytes(bytes);
            if (recording.size() > repeats.largestAnswer()) {
                recording = null;
            }
        }
        send(client, bytes);
    }

    private void send(OutputStream client, byte[] bytes) {
        if (clientLeft || bytes.length == 0) {
            return;
        }
        try {
            client.write(bytes);
        } catch (IOException e) {
            clientLeft = true;
        }
    }

    private void flush(OutputStream client, UpstreamAnswer answer) {
        if (!clientLeft) {
            try {
                client.flush();
            } catch (IOException e) {
                clientLeft = true;
            }
        }
        if (clientLeft && giveUp == null) {
            giveUp = deadlines.after(settings.drainFor(), answer::abort);
        }
    }

    private boolean isEnough(int count) {
        bytesSinceLeft += count;
        return settled || bytesSinceLeft > settings.drainBytes().toBytes();
    }

    private byte[] notRecorded() {
        byte[] body = call.format()
                .errors()
                .bytes(
                        Problem.of(Kind.LEDGER_UNAVAILABLE, "the usage of this call could not be recorded yet"),
                        call.id().value());
        return splitter.error(body);
    }
}
