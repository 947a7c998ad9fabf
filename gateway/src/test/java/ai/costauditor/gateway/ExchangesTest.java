package ai.costauditor.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every exchange of {@code src/test/resources/exchanges}, through the whole gateway to the charge, with its answer whole, cut
 * between events and cut anywhere: the client gets the provider's bytes, and the call ends as the file says.
 */
class ExchangesTest {

    /** Where our charge is another than that of the package, on purpose; docs/accounting.md says why. */
    private static final Map<String, String> DIFFERENCES = Map.of(
            "openai/chat-audio.whole", "audio costs more than text",
            "openai/chat-flex.stream", "the package knows no tiers",
            "openai/responses-flex.stream", "the package knows no tiers",
            "openai/chat-search-model.whole", "the package does not count the search",
            "gemini/generate-flex.whole", "the package knows no tiers",
            "gemini/openai-shape.whole", "thoughts show only in the total",
            "gemini/openai-shape.stream", "thoughts show only in the total",
            "gemini/generate-hidden-thoughts.whole", "thoughts show only in the total",
            "gemini/generate-cached-audio.whole", "cached sound has no kind of its own",
            "openai/chat-overlap.whole", "reads and writes overlap, and both are billed");

    private static final String ASKED_BY_US = "^\\{\"stream_options\":\\{\"include_usage\":true},";

    private final GatewayForTests gateway = GatewayForTests.ofAllProviders();
    private final Replay replay = new Replay(gateway);

    @TestFactory
    Stream<DynamicTest> whatTheFilesSay() {
        JsonNode oracle = oracle();
        return Exchange.all().stream()
                .map(exchange -> DynamicTest.dynamicTest(exchange.name(), () -> {
                    long seed = System.nanoTime();
                    Random random = new Random(seed);
                    check(exchange, List.of(exchange.body()), "in one piece", oracle);
                    check(exchange, exchange.pieces(exchange::event), "cut between events", oracle);
                    check(
                            exchange,
                            exchange.pieces(at -> 1 + random.nextInt(97)),
                            "cut anywhere, seed " + seed,
                            oracle);
                }));
    }

    private void check(Exchange exchange, List<byte[]> pieces, String how, JsonNode oracle) throws Exception {
        Replay.Result result = replay.of(exchange, pieces);
        assertThat(result.status()).as(how).isEqualTo(exchange.code());
        assertThat(new String(result.bytes(), UTF_8)).as(how).isEqualTo(new String(exchange.seen(), UTF_8));
        assertThat(result.whole()).as(how).isEqualTo(!exchange.isCut());
        assertThat(gateway.upstream.last().text().replaceFirst(ASKED_BY_US, "{"))
                .as("the request, but for what we ask for")
                .isEqualTo(new String(exchange.request(), UTF_8));
        assertThat(result.events()).as(how).containsExactly("key.CallAuthorised", ending(exchange));
        JsonNode end = result.end();
        expect(exchange, "usage", text(end.at("/usage/status")), how);
        expect(exchange, "model", text(end.at("/end/modelServed")), how);
        expect(exchange, "outcome", text(end.at("/end/outcome")), how);
        expect(exchange, "cost", text(end.at("/charge/total")), how);
        if (exchange.expected().containsKey("tokens")) {
            assertThat(figures(end.at("/usage/tokens"))).as(how).isEqualTo(exchange.figures("tokens"));
            assertThat(figures(end.at("/usage/units"))).as(how).isEqualTo(exchange.figures("units"));
            expect(exchange, "price", text(end.at("/charge/status")), how);
        }
        if (oracle.has(exchange.name())) {
            JsonNode theirs = oracle.get(exchange.name());
            Instant began = Instant.parse(result.begin().get("at").asString());
            charge(exchange.name(), end.get("charge"), theirs.isObject() ? at(began, theirs) : theirs, how);
        }
    }

    /** Some prices depend on the time of day. */
    private static JsonNode at(Instant moment, JsonNode costsByTime) {
        LocalTime time = LocalTime.ofInstant(moment, ZoneOffset.UTC);
        return costsByTime
                .propertyStream()
                .filter(cost -> !OffsetTime.parse(cost.getKey()).toLocalTime().isAfter(time))
                .reduce((earlier, later) -> later)
                .orElseThrow()
                .getValue();
    }

    private static void charge(String name, JsonNode charge, JsonNode theirs, String how) {
        assertThat(charge.get("status").asString()).as(how).isEqualTo("priced");
        BigDecimal ours = new BigDecimal(charge.get("total").asString());
        BigDecimal sum = charge.get("lines")
                .valueStream()
                .map(line -> new BigDecimal(line.get("amount").asString()))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(sum).as("the lines of " + how).isEqualByComparingTo(ours);
        boolean same = Math.abs(ours.doubleValue() - theirs.asDouble()) <= 1e-12 + 1e-9 * theirs.asDouble();
        assertThat(same)
                .as("%s: ours is %s, genai-prices says %s", name, ours, theirs)
                .isEqualTo(!DIFFERENCES.containsKey(name));
    }

    @Test
    void theOracleHasPricedEveryExactExchangeThatHasAPrice() {
        JsonNode oracle = oracle();
        assertThat(Exchange.all().stream()
                        .filter(exchange -> "exact".equals(exchange.expected().get("usage")))
                        .filter(exchange -> !exchange.figures("tokens").isEmpty())
                        .filter(exchange ->
                                !"unpriced".equals(exchange.expected().get("price")))
                        .filter(exchange -> !oracle.has(exchange.name())))
                .isEmpty();
        assertThat(Exchange.all().size()).isGreaterThanOrEqualTo(60);
    }

    /** One way of accounting: an answer as a stream and the same answer at once end in the same usage and the same charge. */
    @TestFactory
    Stream<DynamicTest> streamOrNotTheUsageAndTheChargeAreTheSame() {
        Map<String, List<Exchange>> pairs = Exchange.all().stream()
                .collect(Collectors.groupingBy(
                        exchange -> exchange.name().replaceFirst("\\.(whole|stream)$", ""),
                        TreeMap::new,
                        Collectors.toList()));
        pairs.values().removeIf(pair -> pair.size() < 2);
        assertThat(pairs.keySet())
                .contains(
                        "openai/chat",
                        "openai/responses",
                        "anthropic/messages",
                        "anthropic/messages-advisor",
                        "gemini/generate",
                        "gemini/openai-shape",
                        "groq/chat",
                        "mistral/chat",
                        "openrouter/chat");
        return pairs.entrySet().stream()
                .map(pair -> DynamicTest.dynamicTest(pair.getKey(), () -> {
                    List<JsonNode> ends = new ArrayList<>();
                    for (Exchange exchange : pair.getValue()) {
                        ends.add(replay.of(exchange, List.of(exchange.body())).end());
                    }
                    assertThat(ends.getFirst().get("charge"))
                            .isEqualTo(ends.getLast().get("charge"));
                    assertThat(ends.getFirst().at("/usage/tokens"))
                            .isEqualTo(ends.getLast().at("/usage/tokens"));
                }));
    }

    private static String ending(Exchange exchange) {
        return switch (exchange.expected().get("end")) {
            case "settled" -> "key.CallSettled";
            case "released" -> "key.CallReleased";
            case "expired" -> "key.HoldExpired";
            case null, default -> throw new IllegalArgumentException(exchange + " does not say how it ends");
        };
    }

    private static void expect(Exchange exchange, String what, @Nullable String is, String how) {
        String wanted = exchange.expected().get(what);
        if (wanted != null) {
            assertThat(is).as(what + " " + how).isEqualTo(wanted);
        }
    }

    private static Map<String, String> figures(JsonNode node) {
        return node.propertyStream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                .asString()));
    }

    private static @Nullable String text(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? null : node.asString();
    }

    private static JsonNode oracle() {
        try {
            return JsonMapper.shared().readTree(Files.readString(Exchange.FOLDER.resolve("oracle.json")));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
