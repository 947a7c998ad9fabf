package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.SseEvent;
import ai.costauditor.gateway.wire.SseSplitter;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import ai.costauditor.ledger.keys.KeyCommand.ExtendHold;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * One stream of events on its way to the client. Each event is flushed as it comes; the one after which nothing of value
 * follows waits for the settlement. When the client leaves, the stream is read on for its usage.
 */
final class StreamDelivery {

    private static final long MOST_BYTES_AFTER_LEAVING = 64L * 1024 * 1024;

    private final Call call;
    private final Meter meter;
    private final Settlements settlements;
    private final Ledger ledger;
    private final GatewaySettings settings;
    private final SseSplitter splitter = new SseSplitter();
    private boolean settled;
    private boolean clientLeft;
    private long leftAtNanos;
    private long bytesSinceLeft;
    private long extendAtNanos;

    StreamDelivery(Call call, Meter meter, Settlements settlements, Ledger ledger, GatewaySettings settings) {
        this.call = call;
        this.meter = meter;
        this.settlements = settlements;
        this.ledger = ledger;
        this.settings = settings;
        this.extendAtNanos = System.nanoTime() + settings.holdFor().toNanos() / 2;
    }

    void deliver(Answer answer, HttpServletResponse response) throws IOException {
        OutputStream client = response.getOutputStream();
        boolean complete = pump(answer, client);
        call.upstreamEnded();
        SseEvent rest = splitter.rest();
        if (rest.raw().length > 0) {
            meter.event(rest);
        }
        settle(complete);
        write(client, rest.raw());
        flush(client);
        if (!complete && !clientLeft) {
            throw new IOException("the provider's stream broke off, and so does ours");
        }
    }

    /** @return whether the provider ended the stream properly */
    private boolean pump(Answer answer, OutputStream client) {
        byte[] buffer = new byte[16 * 1024];
        try (InputStream in = answer.body()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                splitter.feed(buffer, count, event -> pass(event, client));
                flush(client);
                extendHold();
                if (clientLeft && isEnough(count)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void pass(SseEvent event, OutputStream client) {
        switch (meter.event(event)) {
            case ON -> write(client, event.raw());
            case HIDE -> {}
            case LAST -> {
                call.upstreamEnded();
                settle(true);
                write(client, event.raw());
            }
        }
    }

    private void settle(boolean complete) {
        if (settled) {
            return;
        }
        settled = true;
        Outcome outcome = clientLeft ? Outcome.CLIENT_LEFT : complete ? Outcome.COMPLETED : Outcome.FAILED_UPSTREAM;
        settlements.ended(call, meter.reading(), outcome);
    }

    private void write(OutputStream client, byte[] bytes) {
        if (clientLeft || bytes.length == 0) {
            return;
        }
        try {
            client.write(bytes);
        } catch (IOException e) {
            left();
        }
    }

    private void flush(OutputStream client) {
        if (clientLeft) {
            return;
        }
        try {
            client.flush();
        } catch (IOException e) {
            left();
        }
    }

    private void left() {
        clientLeft = true;
        leftAtNanos = System.nanoTime();
    }

    private boolean isEnough(int count) {
        bytesSinceLeft += count;
        return settled
                || bytesSinceLeft > MOST_BYTES_AFTER_LEAVING
                || System.nanoTime() - leftAtNanos > settings.drainFor().toNanos();
    }

    /** A long stream shows that it lives. A ledger that is away now is asked again with the next event. */
    private void extendHold() {
        if (settled || System.nanoTime() < extendAtNanos) {
            return;
        }
        try {
            ledger.execute(new ExtendHold(call.key().id(), call.id(), call.now().plus(settings.holdFor()), call.now()));
            extendAtNanos = System.nanoTime() + settings.holdFor().toNanos() / 2;
        } catch (LedgerUnavailable e) {
            extendAtNanos = System.nanoTime() + 1_000_000_000;
        } catch (RuntimeException e) {
            throw new UncheckedIOException(new IOException("the hold of a running stream could not be extended", e));
        }
    }
}
