package ai.costauditor.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.costauditor.gateway.wire.AnthropicMessages;
import ai.costauditor.gateway.wire.AnthropicTokenCount;
import ai.costauditor.gateway.wire.EventSplitter;
import ai.costauditor.gateway.wire.GeminiEmbed;
import ai.costauditor.gateway.wire.GeminiGenerate;
import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.OpenAiChat;
import ai.costauditor.gateway.wire.OpenAiEmbeddings;
import ai.costauditor.gateway.wire.OpenAiResponses;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.gateway.wire.RequestBody;
import ai.costauditor.gateway.wire.WireFormat;
import ai.costauditor.ledger.usage.Usage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * Answers as no provider should send them: the exchanges of the tests, damaged, in any pieces. Whatever comes, nothing is
 * thrown, the client gets the bytes, and each call ends once. A failure names the seed of its round.
 */
final class Fuzz {

    /** Their bytes are not only passed on: something is hidden, or they are packed. */
    private final List<Exchange> exchanges = Exchange.all().stream()
            .filter(exchange -> exchange.code() == 200 && !exchange.expected().containsKey("sends"))
            .toList();

    private final List<Exchange> passedOn = exchanges.stream()
            .filter(exchange -> !new String(exchange.request(), java.nio.charset.StandardCharsets.UTF_8)
                            .matches("(?s).*\"stream\":true(?!,\"stream_options).*")
                    || exchange.path().startsWith("/anthropic"))
            .filter(exchange -> !exchange.headers().contains("content-encoding: br"))
            .toList();

    /** Splitters and meters alone. */
    void meter(long seed) {
        Random random = new Random(seed);
        Exchange exchange = exchanges.get(random.nextInt(exchanges.size()));
        byte[] body = new Mutation(random).of(exchange.body());
        try {
            WireFormat format = format(exchange);
            Meter meter = format.meter(format.read(request(exchange)));
            String type = exchange.path().contains("streamGenerateContent")
                            && !exchange.path().contains("alt=sse")
                    ? "application/json"
                    : "text/event-stream";
            EventSplitter splitter = exchange.isStream() ? format.splitter(type) : null;
            if (splitter == null) {
                meter.body(body);
            } else {
                byte[] passed = events(meter, splitter, body, random);
                assertThat(passed).isEqualTo(body);
            }
            if (random.nextBoolean()) {
                meter.ended();
            }
            sane(meter.reading());
        } catch (RuntimeException e) {
            fail("%s with seed %d".formatted(exchange, seed), e);
        }
    }

    private static byte[] events(Meter meter, EventSplitter splitter, byte[] body, Random random) {
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; ) {
            byte[] piece = Arrays.copyOfRange(body, at, Math.min(body.length, at + 1 + random.nextInt(200)));
            splitter.feed(piece, piece.length, event -> {
                meter.event(event);
                passed.writeBytes(event.raw());
            });
            at += piece.length;
        }
        var rest = splitter.rest();
        meter.event(rest);
        passed.writeBytes(rest.raw());
        return passed.toByteArray();
    }

    private static void sane(Reading reading) {
        assertThat(reading.outputBytes()).isNotNegative();
        if (reading.usage().status() == Usage.Status.EXACT) {
            assertThat(reading.usage().tokens().values()).allMatch(count -> count >= 0);
        }
    }

    private static RequestBody request(Exchange exchange) {
        RequestBody body = RequestBody.read(exchange.request());
        return exchange.path().contains("/models/")
                ? body.of(exchange.path().replaceFirst(".*/models/([^:]+):.*", "$1"))
                : body;
    }

    private static WireFormat format(Exchange exchange) {
        String path = exchange.path().replaceFirst("\\?.*", "");
        if (path.endsWith("/chat/completions")) {
            return new OpenAiChat(true);
        } else if (path.endsWith("/responses")) {
            return new OpenAiResponses();
        } else if (path.endsWith("/embeddings")) {
            return new OpenAiEmbeddings();
        } else if (path.endsWith("/count_tokens")) {
            return new AnthropicTokenCount();
        } else if (path.endsWith("/messages")) {
            return new AnthropicMessages();
        } else if (path.endsWith(":embedContent")) {
            return GeminiEmbed.ofOne();
        }
        return new GeminiGenerate(path.endsWith(":streamGenerateContent"));
    }

    /** The whole way, over HTTP and into the ledger. */
    void call(GatewayForTests gateway, long seed) throws IOException, InterruptedException {
        Random random = new Random(seed);
        Exchange exchange = passedOn.get(random.nextInt(passedOn.size()));
        byte[] body = new Mutation(random).of(exchange.body());
        boolean cut = random.nextInt(4) == 0;
        Exchange damaged = exchange.damaged(body, cut);
        Replay.Result result = new Replay(gateway).of(damaged, damaged.pieces(at -> 1 + random.nextInt(300)));
        String which = "%s with seed %d".formatted(exchange, seed);
        assertThat(result.events()).as(which).hasSize(2).startsWith("key.CallAuthorised");
        if (!cut) {
            assertThat(result.status()).as(which).isEqualTo(200);
            assertThat(result.whole()).as(which).isTrue();
            assertThat(result.bytes()).as(which).isEqualTo(body);
        } else if (result.status() == 200) {
            assertThat(new String(
                            body,
                            0,
                            Math.min(body.length, result.bytes().length),
                            java.nio.charset.StandardCharsets.ISO_8859_1))
                    .as(which)
                    .isEqualTo(new String(result.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1));
        } else {
            assertThat(result.status()).as(which).isEqualTo(502);
        }
        JsonNode total = result.end().at("/charge/total");
        if (!total.isMissingNode() && !total.isNull()) {
            assertThat(new java.math.BigDecimal(total.asString())).as(which).isNotNegative();
        }
    }
}
