package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Answers that are given again. The numbers in the names are those of the accounting cases. */
class ResponseCacheTest {

    private static final Policy REPEATS = repeating();

    /** Each test asks something else: the gateway is shared, and so is what it remembers. */
    private static int questions;

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(REPEATS, hard("1"));
    private final int number = ++questions;
    private final String question = Chats.question(",\"temperature\":0,\"top_p\":0." + number);

    private static Policy repeating(String... models) {
        return Policy.enforcing(Policy.Enforcement.STRICT)
                .allowedModels(models)
                .responseCache(true)
                .build();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private HttpResponse<String> ask(GatewayForTests.Key caller, String body) throws Exception {
        return gateway.post(Chats.PATH, caller, body);
    }

    @Test
    void case24ARepetitionCostsNothingAndSaysWhatItHasAvoided() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        HttpResponse<String> first = ask(key, question);
        assertThat(header(first, "x-auditor-cache")).isEqualTo("miss");
        HttpResponse<String> again = ask(key, question);

        assertThat(gateway.upstream.received()).hasSize(1);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(header(again, "content-type")).isEqualTo("application/json");
        assertThat(header(again, "x-auditor-cache")).isEqualTo("hit");
        assertThat(header(again, "age")).isNotEmpty();
        assertThat(header(again, "x-auditor-cost")).isEqualTo("0");
        assertThat(header(again, "x-auditor-attempts")).isEqualTo("0");
        assertThat(header(again, "x-auditor-call-id")).isNotEqualTo(header(first, "x-auditor-call-id"));

        JsonNode settled = gateway.lastEvent(key);
        assertThat(gateway.events(key))
                .containsExactly("key.CallAuthorised", "key.CallSettled", "key.CallAuthorised", "key.CallSettled");
        assertThat(gateway.holdOf(key)).isEqualTo("0");
        assertThat(settled.at("/charge/total").asString()).isEqualTo("0");
        // known to be nothing, and not unknown
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        assertThat(settled.at("/end/attempts").isEmpty()).isTrue();
        assertThat(settled.at("/end/repeated/call").asString()).isEqualTo(header(first, "x-auditor-call-id"));
        assertThat(settled.at("/end/repeated/avoided").asString()).isEqualTo("0.000009");
    }

    @Test
    void case24AStreamIsGivenAgainAsAStream() throws Exception {
        String streamed = question.replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"");
        gateway.upstream.answerEvents(Chats.text("pong") + Chats.finish() + Chats.usageChunk() + Chats.done());
        HttpResponse<String> first = ask(key, streamed);
        HttpResponse<String> again = ask(key, streamed);
        assertThat(gateway.upstream.received()).hasSize(1);
        // without the usage that the client has not asked for
        assertThat(again.body()).isEqualTo(first.body()).isEqualTo(Chats.text("pong") + Chats.finish() + Chats.done());
        assertThat(header(again, "content-type")).startsWith("text/event-stream");
        assertThat(gateway.end(key).at("/end/repeated/avoided").asString()).isEqualTo("0.000009");

        gateway.upstream.answerJson(200, Chats.answer());
        assertThat(header(ask(key, question), "x-auditor-cache")).isEqualTo("miss");
    }

    @Test
    void nothingIsSharedBetweenOrganisations() throws Exception {
        Attribution elsewhere = new Attribution(OrganisationId.next(), TeamId.next(), ProjectId.next(), null);
        GatewayForTests.Key stranger = gateway.key(elsewhere, REPEATS, hard("1"));
        gateway.upstream.answerJson(200, Chats.answer());
        ask(key, question);
        assertThat(header(ask(stranger, question), "x-auditor-cache")).isEqualTo("miss");
        assertThat(gateway.upstream.received()).hasSize(2);
    }

    @Test
    void anotherKeyOfTheOrganisationGetsItIfItMayUseTheModelAndRepeats() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        ask(key, question);
        assertThat(header(ask(gateway.key(REPEATS, hard("1")), question), "x-auditor-cache"))
                .isEqualTo("hit");

        HttpResponse<String> refused = ask(gateway.key(repeating("claude-*")), question);
        assertThat(refused.statusCode()).isEqualTo(403);

        HttpResponse<String> without = ask(gateway.key(hard("1")), question);
        assertThat(header(without, "x-auditor-cache")).isEmpty();
        assertThat(gateway.upstream.received()).hasSize(2);
    }

    @Test
    void whereThereIsRandomnessTheClientHasToWishForIt() throws Exception {
        String random = question.replace("\"temperature\":0,", "\"temperature\":0.7,");
        gateway.upstream.answerJson(200, Chats.answer());
        assertThat(header(ask(key, random), "x-auditor-cache")).isEmpty();
        assertThat(header(wishing("use", random), "x-auditor-cache")).isEqualTo("miss");
        assertThat(header(wishing("use", random), "x-auditor-cache")).isEqualTo("hit");
        assertThat(header(wishing("no", random), "x-auditor-cache")).isEmpty();
        assertThat(gateway.upstream.received()).hasSize(3);
        assertThat(gateway.upstream.last().headers()).doesNotContainKey("x-auditor-cache");
    }

    private HttpResponse<String> wishing(String wish, String body) throws Exception {
        return gateway.send(gateway.request(Chats.PATH, key)
                .header("x-auditor-cache", wish)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void aSeedMakesARequestRepeatable() throws Exception {
        String seeded = question.replace("\"temperature\":0,", "\"seed\":7,");
        gateway.upstream.answerJson(200, Chats.answer());
        ask(key, seeded);
        assertThat(header(ask(key, seeded), "x-auditor-cache")).isEqualTo("hit");
    }

    @Test
    void whatTheProviderItselfDoesIsDoneEachTime() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        for (String hosted : List.of(
                "\"web_search_options\":{}",
                "\"tools\":[{\"type\":\"mcp\",\"server_url\":\"https://tools.example\"}]",
                "\"tools\":[{\"googleSearch\":{}}]")) {
            String acting = question.replace("\"temperature\":0,", "\"temperature\":0," + hosted + ",");
            assertThat(header(wishing("use", acting), "x-auditor-cache"))
                    .as(hosted)
                    .isEmpty();
        }
        assertThat(gateway.upstream.received()).hasSize(3);
    }

    @Test
    void modelsThatSearchInEveryCallSearchEachTime() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        for (String model : List.of(
                "gpt-4o-mini-search-preview", "gpt-4o-search-preview-2025-03-11", "openai/gpt-4o-search-preview")) {
            String searching = question.replace("\"gpt-4o-mini\"", "\"" + model + "\"");
            HttpResponse<String> first = wishing("use", searching);
            assertThat(first.statusCode()).as(model).isEqualTo(200);
            assertThat(header(first, "x-auditor-cache")).as(model).isEmpty();
        }
        assertThat(gateway.upstream.received()).hasSize(3);
    }

    private String responding(String more) {
        return "{\"model\":\"gpt-4o-mini\",\"input\":\"ping\",\"temperature\":0,\"top_p\":0." + number + more + "}";
    }

    private HttpResponse<String> respond(GatewayForTests.Key caller, String id, String more) throws Exception {
        gateway.upstream.answerJson(
                200,
                "{\"id\":\"" + id
                        + "\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"gpt-4o-mini\",\"output\":[],"
                        + "\"usage\":{\"input_tokens\":20,\"output_tokens\":10,\"total_tokens\":30}}");
        return gateway.post("/v1/responses", caller, responding(more));
    }

    private static GatewayForTests.Key ofAnotherProject(GatewayForTests gateway) {
        Attribution research = GatewayForTests.RESEARCH;
        return gateway.key(
                new Attribution(research.organisation(), research.team(), ProjectId.next(), null), REPEATS, hard("1"));
    }

    @Test
    void whoGetsAStoredResponseAgainCanContinueIt() throws Exception {
        String id = "resp_kept_" + number;
        respond(key, id, "");
        GatewayForTests.Key colleague = gateway.key(REPEATS, hard("1"));
        HttpResponse<String> repeated = respond(colleague, "resp_unused", "");
        assertThat(header(repeated, "x-auditor-cache")).isEqualTo("hit");
        assertThat(repeated.body()).contains(id);
        assertThat(respond(colleague, "resp_next", ",\"previous_response_id\":\"" + id + "\"")
                        .statusCode())
                .isEqualTo(200);

        String own = "resp_own_" + number;
        GatewayForTests.Key stranger = ofAnotherProject(gateway);
        HttpResponse<String> asked = respond(stranger, own, "");
        assertThat(header(asked, "x-auditor-cache")).isEqualTo("miss");
        assertThat(asked.body()).contains(own);
        assertThat(respond(stranger, "resp_next", ",\"previous_response_id\":\"" + own + "\"")
                        .statusCode())
                .isEqualTo(200);
        // neither has taken the other's place
        assertThat(respond(key, "resp_unused", "").body()).contains(id);
        assertThat(respond(stranger, "resp_unused", "").body()).contains(own);
    }

    @Test
    void aResponseThatWasDeletedIsNotGivenAgain() throws Exception {
        String id = "resp_deleted_" + number;
        respond(key, id, "");
        assertThat(header(respond(key, "resp_unused", ""), "x-auditor-cache")).isEqualTo("hit");
        gateway.upstream.answerJson(200, "{\"id\":\"" + id + "\",\"object\":\"response\",\"deleted\":true}");
        assertThat(gateway.send(gateway.request("/v1/responses/" + id, key).DELETE())
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> anew = respond(key, "resp_anew_" + number, "");
        assertThat(header(anew, "x-auditor-cache")).isEqualTo("miss");
        assertThat(anew.body()).contains("resp_anew_");
    }

    @Test
    void whatNobodyKeepsIsGivenToTheWholeOrganisation() throws Exception {
        respond(key, "resp_not_kept", ",\"store\":false");
        HttpResponse<String> repeated = respond(ofAnotherProject(gateway), "resp_unused", ",\"store\":false");
        assertThat(header(repeated, "x-auditor-cache")).isEqualTo("hit");
        assertThat(repeated.body()).contains("resp_not_kept");
    }

    @Test
    void aFunctionThatTheClientCallsIsPartOfTheQuestion() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        String calling = question.replace(
                "\"temperature\":0,",
                "\"temperature\":0,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}],");
        ask(key, calling);
        assertThat(header(ask(key, calling), "x-auditor-cache")).isEqualTo("hit");
        assertThat(header(ask(key, question), "x-auditor-cache")).isEqualTo("miss");
    }

    @Test
    void errorsAndAnswersThatWereCutAreNotKept() throws Exception {
        gateway.upstream.answerJson(400, "{}");
        ask(key, question);
        gateway.upstream.answerJson(200, Chats.answer().replace("\"stop\"", "\"length\""));
        ask(key, question);
        gateway.upstream.answerJson(200, "{\"choices\":[]}");
        ask(key, question);
        gateway.upstream.answerJson(200, Chats.answer());
        assertThat(header(ask(key, question), "x-auditor-cache")).isEqualTo("miss");
        assertThat(gateway.upstream.received()).hasSize(1);
    }

    @Test
    void aStreamThatBrokeOffIsNotKept() throws Exception {
        String streamed = question.replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"");
        gateway.upstream.answer((request, out) -> {
            out.write(ScriptedUpstream.streamHead());
            out.write(ScriptedUpstream.chunk(Chats.text("po")));
            out.flush();
            throw new java.io.IOException("cut");
        });
        try {
            ask(key, streamed);
        } catch (java.io.IOException brokeOff) {
            assertThat(brokeOff).isNotNull();
        }
        gateway.end(key);
        gateway.upstream.answerEvents(Chats.text("pong") + Chats.finish() + Chats.usageChunk() + Chats.done());
        assertThat(header(ask(key, streamed), "x-auditor-cache")).isEqualTo("miss");
    }

    @Test
    void aKeyThatIsSuspendedGetsNoAnswerFromMemoryEither() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        ask(key, question);
        gateway.bean(ai.costauditor.ledger.Ledger.class)
                .execute(new ai.costauditor.ledger.keys.KeyCommand.SuspendKey(key.id(), GatewayForTests.BY_ADA));
        gateway.bean(KeyDirectory.class).forget(key.id());
        HttpResponse<String> response = ask(key, question);
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).doesNotContain("pong");
    }
}
