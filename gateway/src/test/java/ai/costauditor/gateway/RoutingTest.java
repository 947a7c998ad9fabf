package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.keys.KeyCommand.TellBalances;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The example of docs/routing.md, as a user writes it, with a scripted provider behind each of its addresses. */
class RoutingTest {

    private static final ScriptedUpstream NORTH = new ScriptedUpstream();
    private static final ScriptedUpstream SOUTH = new ScriptedUpstream();
    private static final ScriptedUpstream HARBOUR = new ScriptedUpstream();

    private static @Nullable GatewayForTests started;

    @BeforeAll
    static void startWithTheExample(@TempDir Path folder) throws IOException {
        Matcher example = Pattern.compile("```yaml\n(auditor:\n.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/routing.md")));
        assertThat(example.find()).isTrue();
        Path file = folder.resolve("auditor.yaml");
        Files.writeString(
                file,
                example.group(1)
                                .replace("https://llm.north.example", NORTH.url())
                                .replace("https://llm.south.example", SOUTH.url())
                                .replace("https://claude.harbour.example", HARBOUR.url())
                        + MORE_ROUTES);
        Path secret = Files.writeString(folder.resolve("south.key"), "sk-south\n");
        ScriptedUpstream gone = new ScriptedUpstream();
        gone.close();
        started = new GatewayForTests(Map.of(
                "auditor.providers.gone.base-url",
                gone.url(),
                "auditor.providers.gone.api-key",
                "sk-gone",
                "spring.config.additional-location",
                "file:" + file,
                "NORTH_API_KEY",
                "sk-north",
                "SOUTH_API_KEY_FILE",
                secret.toString(),
                "HARBOUR_API_KEY",
                "sk-harbour"));
    }

    /** For what the example has no need of. */
    private static final String MORE_ROUTES = """
                - model: dear-second
                  to: [groq/llama-3.1-8b-instant, openai/gpt-4o]
                - model: same-again
                  to: [openai/gpt-4o-mini]
                  retries: 1
                  retry-on: [failed]
                  backoff: 10ms
                - model: may-pay-twice
                  to: [openai/gpt-4o-mini, groq/llama-3.1-8b-instant]
                  retry-on: [failed]
                - model: waits
                  to: [openai/gpt-4o-mini, groq/llama-3.1-8b-instant]
                  retries: 2
                  backoff: 10ms
                  longest-wait: 3s
                - model: quick
                  to: [openai/gpt-4o-mini]
                  timeouts: {first-byte: 300ms, idle: 300ms, total: 1s}
                - model: our-claude
                  to: [anthropic/claude-sonnet-4-5]
                - model: first-is-gone
                  to: [gone/mixtral, openai/gpt-4o-mini]
                - model: brittle
                  to: [north/mixtral]
                  breaker: {enabled: true, window: 2, open-for: 1h}
            """.indent(2);

    @AfterAll
    static void stop() throws Exception {
        Objects.requireNonNull(started).close();
        NORTH.close();
        SOUTH.close();
        HARBOUR.close();
    }

    private final GatewayForTests gateway = Objects.requireNonNull(started);
    private final GatewayForTests.Key key = gateway.key(hard("1"));
    private final GatewayForTests.Key unlimited = gateway.key();

    @BeforeEach
    void nobodyAnswers() {
        for (ScriptedUpstream upstream : List.of(gateway.upstream, NORTH, SOUTH, HARBOUR)) {
            upstream.answerJson(404, "{}");
        }
    }

    /** OpenAI and Groq are one scripted server, told apart by their paths. */
    private void openAiThenGroq(ScriptedUpstream.Script openAi, ScriptedUpstream.Script groq) {
        gateway.upstream.answer((request, out) -> {
            if (request.line().contains("/openai/v1/")) {
                groq.answer(request, out);
            } else {
                openAi.answer(request, out);
            }
        });
    }

    private static ScriptedUpstream.Script json(int status, String body) {
        return (request, out) -> out.write(ScriptedUpstream.json(status, body));
    }

    private static ScriptedUpstream.Script withHeader(int status, String header, String body) {
        return (request, out) -> out.write(bytes("HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\n"
                + header + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body));
    }

    private static ScriptedUpstream.Script answerOf(String model) {
        return json(200, Chats.answer().replace("gpt-4o-mini-2024-07-18", model));
    }

    private static String asking(String model) {
        return Chats.question("").replace("gpt-4o-mini", model);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private HttpResponse<String> ask(GatewayForTests.Key caller, String model) throws Exception {
        return gateway.post(Chats.PATH, caller, asking(model));
    }

    private BudgetBalance balance(GatewayForTests.Key of) {
        return gateway.bean(Ledger.class)
                .execute(new TellBalances(of.id(), Instant.now()))
                .getFirst();
    }

    @Test
    void anAliasGoesToTheFirstOfItsRouteAndNothingButTheNameIsChanged() throws Exception {
        openAiThenGroq(answerOf("gpt-4o-mini-2024-07-18"), json(500, "{}"));
        HttpResponse<String> response = ask(key, "fast");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(gateway.upstream.last().text()).isEqualTo(asking("gpt-4o-mini"));
        assertThat(header(response, "x-auditor-upstream")).isEqualTo("openai");
        assertThat(header(response, "x-auditor-attempts")).isEqualTo("1");
        assertThat(header(response, "x-auditor-cost")).isEqualTo("0.000009");
        assertThat(gateway.lastEvent(key).at("/request/model").asString()).isEqualTo("gpt-4o-mini");
    }

    @Test
    void theFeesOfToolsStayWithARequestWhoseModelHasAnotherName() throws Exception {
        openAiThenGroq(answerOf("gpt-4o-mini-2024-07-18"), json(500, "{}"));
        String searching = asking("fast").replaceFirst("\\{", "{\"search_parameters\":{\"mode\":\"on\"},");
        // no price of such a search is known here
        assertThat(gateway.post(Chats.PATH, key, searching).statusCode()).isEqualTo(404);
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void aModelWithoutARouteIsAskedForOnce() throws Exception {
        gateway.upstream.answerJson(429, "{\"error\":{}}");
        HttpResponse<String> response = ask(key, "gpt-4o-mini");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(header(response, "x-auditor-attempts")).isEqualTo("1");
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @Test
    void aliasesAreListed() throws Exception {
        HttpResponse<String> response =
                gateway.send(gateway.request("/v1/models", key).GET());
        assertThat(response.body())
                .contains("\"id\":\"fast\"", "\"id\":\"steady\"")
                .doesNotContain("claude-*");
    }

    @Test
    void case23AfterARefusalTheNextIsAskedAndItsPriceCounts() throws Exception {
        openAiThenGroq(json(429, "{}"), answerOf("llama-3.1-8b-instant"));
        HttpResponse<String> response = ask(key, "fast");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "x-auditor-upstream")).isEqualTo("groq");
        assertThat(header(response, "x-auditor-attempts")).isEqualTo("2");
        // 20 × 0.05 + 10 × 0.08 per million
        assertThat(header(response, "x-auditor-cost")).isEqualTo("0.0000018");
        assertThat(gateway.events(key))
                .containsExactly("key.CallAuthorised", "key.CallReleased", "key.CallAuthorised", "key.CallSettled");

        JsonNode settled = gateway.lastEvent(key);
        assertThat(settled.at("/call").asString()).isEqualTo(header(response, "x-auditor-call-id"));
        assertThat(settled.at("/request/provider").asString()).isEqualTo("groq");
        JsonNode attempts = settled.at("/end/attempts");
        assertThat(attempts).hasSize(2);
        assertThat(attempts.at("/0/provider").asString()).isEqualTo("openai");
        assertThat(attempts.at("/0/httpStatus").asInt()).isEqualTo(429);
        assertThat(attempts.at("/0/outcome").asString()).isEqualTo("refused_upstream");
        assertThat(attempts.at("/0/cost").asString()).isEqualTo("0");
        assertThat(attempts.at("/0/call").asString())
                .isEqualTo(gateway.events(key, "key.CallReleased")
                        .getFirst()
                        .at("/call")
                        .asString());
        assertThat(attempts.at("/1/provider").asString()).isEqualTo("groq");
        assertThat(attempts.at("/1/outcome").asString()).isEqualTo("completed");
        assertThat(attempts.at("/1/cost").asString()).isEqualTo("0.0000018");
        assertThat(balance(key).spent()).isEqualTo(Money.of("0.0000018"));
        assertThat(balance(key).held()).isEqualTo(Money.ZERO);
        assertThat(balance(key).unresolved()).isEqualTo(Money.ZERO);
    }

    @Test
    void case23AStreamFallsBackBeforeItsFirstByte() throws Exception {
        String events = Chats.text("pong") + Chats.finish() + Chats.usageChunk() + Chats.done();
        openAiThenGroq(json(429, "{}"), (request, out) -> out.write(ScriptedUpstream.stream(events)));
        HttpResponse<String> response =
                gateway.post(Chats.PATH, key, Chats.streamed().replace("gpt-4o-mini", "fast"));
        assertThat(response.body()).contains("pong").endsWith(Chats.done());
        assertThat(header(response, "x-auditor-attempts")).isEqualTo("2");
        assertThat(gateway.end(key).at("/end/attempts")).hasSize(2);
    }

    @Test
    void case23NothingIsTriedAgainOnceBytesAreOnTheirWay() throws Exception {
        openAiThenGroq(
                (request, out) -> {
                    out.write(ScriptedUpstream.streamHead());
                    out.write(ScriptedUpstream.chunk(Chats.text("po")));
                    out.flush();
                    throw new IOException("cut");
                },
                answerOf("llama-3.1-8b-instant"));
        try {
            gateway.post(Chats.PATH, key, Chats.streamed().replace("gpt-4o-mini", "fast"));
        } catch (IOException brokeOff) {
            assertThat(brokeOff).isNotNull();
        }
        assertThat(gateway.end(key).at("/end/attempts")).hasSize(1);
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @Test
    void case23AFailureThatMayBeBilledIsTheClientsUnlessTheRouteSaysOtherwise() throws Exception {
        openAiThenGroq(json(500, "{\"error\":1}"), answerOf("llama-3.1-8b-instant"));
        HttpResponse<String> response = ask(key, "fast");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("{\"error\":1}");
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
    }

    @Test
    void case23AnAttemptThatMayHaveBeenBilledIsAnUnresolvedAmountOfItsOwn() throws Exception {
        List<Integer> statuses = new ArrayList<>(List.of(500, 200));
        gateway.upstream.answer(
                (request, out) -> out.write(ScriptedUpstream.json(statuses.removeFirst(), Chats.answer())));
        HttpResponse<String> response = ask(key, "same-again");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(gateway.events(key))
                .containsExactly("key.CallAuthorised", "key.HoldExpired", "key.CallAuthorised", "key.CallSettled");
        JsonNode first = gateway.lastEvent(key).at("/end/attempts/0");
        assertThat(first.has("cost")).isFalse();
        assertThat(first.at("/outcome").asString()).isEqualTo("failed_upstream");
        Money held = Money.of(gateway.events(key, "key.HoldExpired")
                .getFirst()
                .at("/hold/amount")
                .asString());
        assertThat(balance(key).unresolved()).isEqualTo(held);
        assertThat(balance(key).spent()).isEqualTo(Money.of("0.000009"));
    }

    @Test
    void case23ABudgetThatCannotPayForAnotherAttemptLetsTheClientSeeTheFirstOne() throws Exception {
        gateway.upstream.answerJson(500, "{\"error\":\"as it came\"}");
        ask(key, "same-again");
        String hold = gateway.holdOf(key);
        GatewayForTests.Key tight = gateway.key(hard(hold));
        gateway.upstream.answerJson(500, "{\"error\":\"as it came\"}");

        HttpResponse<String> response = ask(tight, "same-again");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("{\"error\":\"as it came\"}");
        assertThat(gateway.upstream.received()).hasSize(1);
        assertThat(gateway.events(tight)).containsExactly("key.CallAuthorised", "key.HoldExpired", "key.CallDenied");
        assertThat(balance(tight).available()).isEqualTo(Money.ZERO);
    }

    @Test
    void case23ADearerFallbackIsHeldForOrNotAsked() throws Exception {
        gateway.upstream.answer((request, out) ->
                out.write(ScriptedUpstream.json(request.line().contains("/openai/v1/") ? 429 : 200, Chats.answer())));
        assertThat(ask(key, "dear-second").statusCode()).isEqualTo(200);
        List<Money> holds = holds(key);
        assertThat(holds.get(1).isGreaterThan(holds.get(0))).isTrue();

        GatewayForTests.Key tight = gateway.key(hard(holds.get(0).toString()));
        HttpResponse<String> refused = ask(tight, "dear-second");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).isEqualTo(Chats.answer());
        assertThat(gateway.events(tight)).containsExactly("key.CallAuthorised", "key.CallReleased", "key.CallDenied");
        assertThat(balance(tight).available()).isEqualTo(holds.get(0));
    }

    @Test
    void case23ABudgetRefusalOfOursAsksNobody() throws Exception {
        GatewayForTests.Key poor = gateway.key(hard("0.0000001"));
        HttpResponse<String> response = ask(poor, "fast");
        assertThat(response.body()).contains("project_spend_limit_exceeded");
        assertThat(header(response, "x-should-retry")).isEqualTo("false");
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void whoSaysThatRetryingIsOfNoUseIsBelieved() throws Exception {
        openAiThenGroq(withHeader(429, "x-should-retry: false", "{}"), answerOf("llama-3.1-8b-instant"));
        assertThat(ask(key, "fast").statusCode()).isEqualTo(429);
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @Test
    void attemptsThatCostNothingShareACallAndItsHold() throws Exception {
        List<Integer> seen = new ArrayList<>();
        openAiThenGroq(
                (request, out) -> {
                    seen.add(1);
                    (seen.size() < 3 ? withHeader(429, "retry-after: 0", "{}") : answerOf("gpt-4o-mini"))
                            .answer(request, out);
                },
                json(500, "{}"));
        HttpResponse<String> response = ask(key, "waits");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "x-auditor-attempts")).isEqualTo("3");
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.CallSettled");
        JsonNode attempts = gateway.lastEvent(key).at("/end/attempts");
        assertThat(attempts).hasSize(3);
        assertThat(attempts.at("/0").has("call")).isFalse();
        assertThat(attempts.at("/1/cost").asString()).isEqualTo("0");
    }

    @Test
    void aPauseThatIsWantedIsKept() throws Exception {
        List<Long> times = new ArrayList<>();
        openAiThenGroq(
                (request, out) -> {
                    times.add(System.nanoTime());
                    (times.size() == 1 ? withHeader(429, "retry-after: 1", "{}") : answerOf("gpt-4o-mini"))
                            .answer(request, out);
                },
                json(500, "{}"));
        assertThat(ask(key, "waits").statusCode()).isEqualTo(200);
        assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(1_000_000_000L);
    }

    @Test
    void aPauseThatIsTooLongLeadsToTheNextProviderAtOnce() throws Exception {
        openAiThenGroq(withHeader(429, "retry-after: 60", "{}"), answerOf("llama-3.1-8b-instant"));
        HttpResponse<String> response = ask(key, "waits");
        assertThat(header(response, "x-auditor-upstream")).isEqualTo("groq");
        assertThat(header(response, "x-auditor-attempts")).isEqualTo("2");
    }

    @Test
    void case21WhoIsUnableAndSaysForHowLongIsFollowedByTheNextButMayHaveBilled() throws Exception {
        openAiThenGroq(withHeader(503, "retry-after: 60", "{}"), answerOf("llama-3.1-8b-instant"));
        assertThat(header(ask(key, "fast"), "x-auditor-upstream")).isEqualTo("groq");
        assertThat(gateway.events(key))
                .containsExactly("key.CallAuthorised", "key.HoldExpired", "key.CallAuthorised", "key.CallSettled");
        assertThat(balance(key).unresolved()).isEqualTo(firstHold(key));
        assertThat(gateway.lastEvent(key).at("/end/attempts/0").has("cost")).isFalse();

        GatewayForTests.Key other = gateway.key(hard("1"));
        openAiThenGroq(json(503, "{}"), answerOf("llama-3.1-8b-instant"));
        assertThat(ask(other, "may-pay-twice").statusCode()).isEqualTo(200);
        assertThat(gateway.events(other)).startsWith("key.CallAuthorised", "key.HoldExpired");
        assertThat(balance(other).unresolved()).isEqualTo(firstHold(other));
    }

    /** While the second attempt runs, the first one's amount is still counted, and the second one's is held besides. */
    @Test
    void case23NoHoldIsGivenUpWhileAnAttemptsOutcomeIsUncertain() throws Exception {
        List<BudgetBalance> during = new ArrayList<>();
        openAiThenGroq(json(500, "{}"), (request, out) -> {
            during.add(balance(key));
            answerOf("llama-3.1-8b-instant").answer(request, out);
        });
        assertThat(ask(key, "may-pay-twice").statusCode()).isEqualTo(200);
        List<Money> holds = holds(key);
        assertThat(during.getFirst().unresolved()).isEqualTo(holds.get(0));
        assertThat(during.getFirst().held()).isEqualTo(holds.get(1));
        assertThat(holds.get(1)).isNotEqualTo(holds.get(0));
    }

    @Test
    void case23WhoCannotBeReachedHasCostNothingAndTheNextIsAsked() throws Exception {
        openAiThenGroq(answerOf("gpt-4o-mini"), json(500, "{}"));
        HttpResponse<String> response = ask(unlimited, "first-is-gone");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(gateway.events(unlimited))
                .containsExactly("key.CallAuthorised", "key.CallReleased", "key.CallAuthorised", "key.CallSettled");
        JsonNode first = gateway.lastEvent(unlimited).at("/end/attempts/0");
        assertThat(first.at("/provider").asString()).isEqualTo("gone");
        assertThat(first.at("/outcome").asString()).isEqualTo("unreachable");
        assertThat(first.at("/cost").asString()).isEqualTo("0");
    }

    private List<Money> holds(GatewayForTests.Key of) {
        return gateway.events(of, "key.CallAuthorised").stream()
                .map(event -> Money.of(event.at("/hold/amount").asString()))
                .toList();
    }

    private Money firstHold(GatewayForTests.Key of) {
        return holds(of).getFirst();
    }

    @Test
    void byDefaultNothingFollowsAFailureThatDoesNotAskForAnotherAttempt() throws Exception {
        for (int status : List.of(500, 502, 503, 504, 529, 408)) {
            GatewayForTests.Key caller = gateway.key(hard("1"));
            openAiThenGroq(json(status, "{\"seen\":true}"), answerOf("llama-3.1-8b-instant"));
            HttpResponse<String> response = ask(caller, "fast");
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body()).isEqualTo("{\"seen\":true}");
            assertThat(header(response, "x-auditor-attempts")).isEqualTo("1");
            assertThat(gateway.events(caller)).containsExactly("key.CallAuthorised", "key.HoldExpired");
        }
    }

    @Test
    void aCandidateThatTheKeyMayNotUseIsPassedOver() throws Exception {
        Policy onlyOpenAi = Policy.enforcing(Policy.Enforcement.STRICT)
                .allowedProviders("openai")
                .build();
        GatewayForTests.Key caller = gateway.key(onlyOpenAi, hard("1"));
        openAiThenGroq(json(429, "{\"seen\":true}"), answerOf("llama-3.1-8b-instant"));
        HttpResponse<String> response = ask(caller, "fast");
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).isEqualTo("{\"seen\":true}");
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @Test
    void providersByConfigurationAloneHaveTheirKeysAndTheirOptions() throws Exception {
        NORTH.answerJson(503, "{}");
        SOUTH.answerEvents(Chats.text("pong") + Chats.finish() + Chats.usageChunk() + Chats.done());
        HttpResponse<String> response =
                gateway.post(Chats.PATH, unlimited, Chats.streamed().replace("gpt-4o-mini", "steady"));
        assertThat(response.statusCode()).isEqualTo(200);
        // three attempts at the first, each of which may have been billed, and one at the second
        assertThat(header(response, "x-auditor-attempts")).isEqualTo("4");
        assertThat(NORTH.received()).hasSize(3);
        assertThat(NORTH.last().headers()).containsEntry("authorization", "Bearer sk-north");
        assertThat(NORTH.last().line()).contains("/v1/chat/completions");
        assertThat(NORTH.last().text()).contains("include_usage");
        assertThat(SOUTH.last().headers()).containsEntry("authorization", "Bearer sk-south");
        assertThat(SOUTH.last().text()).isEqualTo(Chats.streamed().replace("gpt-4o-mini", "mixtral"));
        assertThat(gateway.end(unlimited).at("/end/attempts")).hasSize(4);
    }

    @Test
    void aRouteOfAnthropicsFormatKeepsTheNamesOfTheModels() throws Exception {
        gateway.upstream.answerJson(429, "{}");
        HARBOUR.answerJson(
                200,
                "{\"id\":\"msg_1\",\"type\":\"message\",\"model\":\"claude-sonnet-4-5\",\"content\":[],"
                        + "\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}");
        String letter =
                "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        HttpResponse<String> response = gateway.post("/v1/messages", unlimited, letter);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(header(response, "x-auditor-upstream")).isEqualTo("harbour");
        assertThat(HARBOUR.last().headers()).containsEntry("x-api-key", "sk-harbour");
        assertThat(HARBOUR.last().text()).isEqualTo(letter);
    }

    /** A round that names no model was the asked one's, which is the provider's name and not our alias. */
    @Test
    void case31ARoundWithoutANameIsPricedAsTheModelBehindTheAlias() throws Exception {
        gateway.upstream.answerJson(200, """
                {"id":"msg_1","type":"message","model":"claude-haiku-4-5","content":[{"type":"text","text":"pong"}],
                 "stop_reason":"end_turn","usage":{"input_tokens":1000,"output_tokens":100,"iterations":[
                 {"type":"message","input_tokens":400,"output_tokens":40},
                 {"type":"fallback_message","model":"claude-haiku-4-5","input_tokens":600,"output_tokens":60}]}}
                """);
        HttpResponse<String> response = gateway.post(
                "/v1/messages",
                key,
                "{\"model\":\"our-claude\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        // 400 × 3 + 40 × 15 of the one, 600 × 1 + 60 × 5 of the other, per million
        assertThat(header(response, "x-auditor-cost")).isEqualTo("0.0027");
    }

    @Test
    void aBreakerThatIsOpenLetsNothingThroughAndSaysSo() throws Exception {
        NORTH.answerJson(500, "{}");
        ask(unlimited, "brittle");
        ask(unlimited, "brittle");
        HttpResponse<String> response = ask(unlimited, "brittle");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("upstream_unreachable");
        assertThat(NORTH.received()).hasSize(2);
        assertThat(gateway.events(unlimited)).hasSize(4);
        MeterRegistry meters = gateway.bean(MeterRegistry.class);
        assertThat(meters.get("auditor.gateway.breaker")
                        .tags("route", "brittle", "provider", "north/mixtral")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(meters.get("auditor.gateway.attempts")
                        .tags("provider", "north", "outcome", "failed")
                        .counter()
                        .count())
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void aProviderThatSaysNothingInTimeIsUnresolved() throws Exception {
        gateway.upstream.answer((request, out) -> LockSupport.parkNanos(1_500_000_000L));
        HttpResponse<String> response = ask(key, "quick");
        assertThat(response.statusCode()).isEqualTo(504);
        assertThat(response.body()).contains("upstream_timeout");
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
        assertThat(gateway.lastEvent(key).at("/end/outcome").asString()).isEqualTo("timed_out");
    }

    @Test
    void anAnswerThatStopsInTheMiddleIsATimeOut() throws Exception {
        gateway.upstream.answer((request, out) -> {
            byte[] whole = ScriptedUpstream.json(200, Chats.answer());
            out.write(whole, 0, whole.length - 10);
            out.flush();
            LockSupport.parkNanos(1_500_000_000L);
        });
        assertThat(ask(key, "quick").statusCode()).isEqualTo(504);
        assertThat(gateway.lastEvent(key).at("/end/outcome").asString()).isEqualTo("timed_out");
        assertThat(gateway.events(key)).endsWith("key.HoldExpired");
    }

    @Test
    void aStreamThatTakesLongerThanAllOfItMayIsSettledOnWhatCame() throws Exception {
        gateway.upstream.answer((request, out) -> {
            out.write(ScriptedUpstream.streamHead());
            for (int i = 0; i < 40; i++) {
                drip(out);
            }
        });
        try {
            gateway.post(Chats.PATH, key, Chats.streamed().replace("gpt-4o-mini", "quick"));
        } catch (IOException brokeOff) {
            assertThat(brokeOff).isNotNull();
        }
        JsonNode settled = gateway.end(key);
        assertThat(gateway.events(key)).endsWith("key.CallSettled");
        assertThat(settled.at("/usage/status").asString()).isEqualTo("estimated");
        assertThat(settled.at("/end/outcome").asString()).isEqualTo("timed_out");
    }

    private static void drip(OutputStream out) throws IOException {
        out.write(ScriptedUpstream.chunk(Chats.text("drop")));
        out.flush();
        LockSupport.parkNanos(100_000_000L);
    }
}
