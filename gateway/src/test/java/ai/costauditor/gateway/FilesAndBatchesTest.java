package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files and batches, case 19, through the gateway to the stub and back. */
class FilesAndBatchesTest {

    /** Eight characters are two tokens; five are written: 2 × 0.075 + 5 × 0.30 per million. */
    private static final String COST_OF_A_LINE = "0.00000165";

    private static final String BOUNDARY = "------------------------abcdef";

    private static GatewayForTests gateway;

    private GatewayForTests.Key key;

    @BeforeAll
    static void start() {
        gateway = new GatewayForTests(Map.of(
                "auditor.stub.enabled", "true",
                "OPENAI_API_KEY", "",
                "ANTHROPIC_API_KEY", "",
                "AZURE_OPENAI_API_KEY", "",
                "AZURE_OPENAI_ENDPOINT", "",
                // longer than what comes between the making of a batch and its cancelling
                "auditor.gateway.unfinished.look-every", "2s"));
    }

    @BeforeEach
    void newKey() {
        key = gateway.key(hard("1"));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    private static String line(String name, String model) {
        return "{\"custom_id\":\"" + name
                + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"" + model
                + "\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}}\n";
    }

    private static String lines(int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append(line("line-" + i, "gpt-4o-mini"));
        }
        return lines.toString();
    }

    private static byte[] multipart(byte[] content) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(ScriptedUpstream.bytes("--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--" + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"in.jsonl\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n"));
        body.writeBytes(content);
        body.writeBytes(ScriptedUpstream.bytes("\r\n--" + BOUNDARY + "--\r\n"));
        return body.toByteArray();
    }

    private JsonNode upload(GatewayForTests.Key by, byte[] content) throws Exception {
        HttpResponse<String> answer = gateway.send(gateway.request("/v1/files", by)
                .setHeader("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofByteArray(multipart(content))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return read(answer);
    }

    private static JsonNode read(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private HttpResponse<String> get(String path, GatewayForTests.Key by) throws Exception {
        return gateway.send(gateway.request(path, by).GET());
    }

    private HttpResponse<String> batchOf(String file, GatewayForTests.Key by, String endpoint) throws Exception {
        return gateway.post(
                "/v1/batches",
                by,
                "{\"input_file_id\":\"" + file + "\",\"endpoint\":\"" + endpoint + "\",\"completion_window\":\"24h\"}");
    }

    /** Azure's endpoints of batches have no version, and no list says what its batches cost. */
    @Test
    void case19ABatchOfAzureIsCountedOnceToo() throws Exception {
        String version = "?api-version=2024-10-21";
        key = gateway.key();
        byte[] content = lines(2).replace("/v1/chat", "/chat").getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> file = gateway.send(gateway.request("/azure/openai/files" + version, key)
                .setHeader("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(BodyPublishers.ofByteArray(multipart(content))));
        assertThat(file.statusCode()).as(file.body()).isEqualTo(200);
        HttpResponse<String> batch = gateway.post(
                "/azure/openai/batches" + version,
                key,
                "{\"input_file_id\":\"" + read(file).path("id").asString()
                        + "\",\"endpoint\":\"/chat/completions\",\"completion_window\":\"24h\"}");
        assertThat(batch.statusCode()).as(batch.body()).isEqualTo(200);
        String id = read(batch).path("id").asString();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
            get("/azure/openai/batches/" + id + version, key);
            return !unpriced().isEmpty();
        });
        assertThat(unpriced())
                .singleElement()
                .extracting(end -> end.at("/usage/tokens").toString())
                .isEqualTo("{\"input\":4,\"output\":10}");
    }

    private List<JsonNode> unpriced() {
        return gateway.events(key, "key.CallSettled").stream()
                .filter(end -> end.at("/charge/status").asString().equals("unpriced"))
                .toList();
    }

    private JsonNode begin(int count) throws Exception {
        String file = upload(key, lines(count).getBytes(StandardCharsets.UTF_8))
                .path("id")
                .asString();
        HttpResponse<String> made = batchOf(file, key, "/v1/chat/completions");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        return read(made);
    }

    private List<JsonNode> settled(GatewayForTests.Key of, String endpoint) {
        return gateway.payloads(of, "key.CallSettled").stream()
                .filter(event -> event.at("/request/endpoint").asString().equals(endpoint))
                .toList();
    }

    private JsonNode settledBatch(String endpoint) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !settled(key, endpoint)
                .isEmpty());
        return settled(key, endpoint).getFirst();
    }

    @Test
    void case19ALineThatGoesElsewhereThanItsBatchIsRefused() throws Exception {
        String file = upload(
                        key,
                        (lines(1) + line("odd", "gpt-4o-mini").replace("chat/completions", "responses"))
                                .getBytes(StandardCharsets.UTF_8))
                .path("id")
                .asString();
        HttpResponse<String> refused = batchOf(file, key, "/v1/chat/completions");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("endpoint, /v1/chat/completions");
    }

    @Test
    void case19ABatchIsHeldAsAWholeAndBilledByItsLinesOnce() throws Exception {
        String id = begin(3).path("id").asString();
        // each line: 64 for a call and 80 bytes of messages and their structure at most, at the price of batches
        assertThat(new java.math.BigDecimal(gateway.holdOf(key)))
                .isBetween(new java.math.BigDecimal("0.00000495"), new java.math.BigDecimal("0.0001"));
        JsonNode end = settledBatch("batches");
        assertThat(end.at("/charge/total").asString()).isEqualTo("0.00000495");
        assertThat(end.at("/usage/tokens/input").asLong()).isEqualTo(6);
        assertThat(end.at("/usage/tokens/output").asLong()).isEqualTo(15);
        assertThat(end.at("/charge/lines").size()).isEqualTo(2);
        assertThat(end.at("/end/modelServed").asString()).isEqualTo("gpt-4o-mini-2024-07-18");

        JsonNode done = read(get("/v1/batches/" + id, key));
        assertThat(done.path("status").asString()).isEqualTo("completed");
        HttpResponse<String> results =
                get("/v1/files/" + done.path("output_file_id").asString() + "/content", key);
        assertThat(results.body().lines()).hasSize(3);
        HttpResponse<String> again = get("/v1/batches/" + id, key);
        assertThat(again.headers().firstValue("x-auditor-budget-remaining")).contains("0.99999505");
        assertThat(settled(key, "batches")).hasSize(1);
        assertThat(read(get("/v1/batches", key)).at("/data/0/id").asString()).isEqualTo(id);
    }

    @Test
    void case19ACancelledBatchBillsTheLinesThatWereDone() throws Exception {
        String id = begin(4).path("id").asString();
        assertThat(gateway.post("/v1/batches/" + id + "/cancel", key, "").statusCode())
                .isEqualTo(200);
        assertThat(settledBatch("batches").at("/charge/total").asString()).isEqualTo("0.0000033");
    }

    @Test
    void linesThatFailAreNotBilled() throws Exception {
        GatewayForTests.Key unlimited = gateway.key();
        String file = upload(
                        unlimited,
                        (line("good", "gpt-4o-mini") + line("bad", "does-not-exist")).getBytes(StandardCharsets.UTF_8))
                .path("id")
                .asString();
        assertThat(batchOf(file, unlimited, "/v1/chat/completions").statusCode())
                .isEqualTo(200);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !settled(unlimited, "batches")
                .isEmpty());
        assertThat(settled(unlimited, "batches").getFirst().at("/charge/total").asString())
                .isEqualTo(COST_OF_A_LINE);
        HttpResponse<String> refused = batchOf(
                upload(key, line("bad", "does-not-exist").getBytes(StandardCharsets.UTF_8))
                        .path("id")
                        .asString(),
                key,
                "/v1/chat/completions");
        assertThat(refused.statusCode()).as("no price under a hard budget").isEqualTo(404);
    }

    @Test
    void aBatchThatDoesNotFitIsRefusedAsAWholeAndNothingIsSent() throws Exception {
        GatewayForTests.Key poor = gateway.key(
                new Attribution(OrganisationId.next(), TeamId.next(), ProjectId.next(), null), hard("0.00001"));
        String file = upload(poor, lines(20).getBytes(StandardCharsets.UTF_8))
                .path("id")
                .asString();
        HttpResponse<String> refused = batchOf(file, poor, "/v1/chat/completions");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("project_spend_limit_exceeded");
        assertThat(read(get("/v1/batches", poor)).path("data").isEmpty()).isTrue();
    }

    @Test
    void batchesThatCannotBeMeteredAreRefused() throws Exception {
        String file = upload(key, lines(1).getBytes(StandardCharsets.UTF_8))
                .path("id")
                .asString();
        HttpResponse<String> refused = batchOf(file, key, "/v1/completions");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("batches of /v1/completions are not metered");
    }

    @Test
    void anotherTenantSeesNoneOfIt() throws Exception {
        String id = begin(1).path("id").asString();
        String file = upload(key, lines(1).getBytes(StandardCharsets.UTF_8))
                .path("id")
                .asString();
        GatewayForTests.Key stranger =
                gateway.key(new Attribution(OrganisationId.next(), TeamId.next(), ProjectId.next(), null), hard("1"));
        for (String path : List.of("/v1/batches/" + id, "/v1/files/" + file, "/v1/files/" + file + "/content")) {
            assertThat(get(path, stranger).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(batchOf(file, stranger, "/v1/chat/completions").statusCode()).isEqualTo(404);
        HttpResponse<String> read = gateway.post(
                Chats.PATH,
                stranger,
                "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file\\u005fid\":\""
                        + file + "\"}}]}]}");
        assertThat(read.statusCode()).isEqualTo(404);
        assertThat(read(get("/v1/files", stranger)).path("data").isEmpty()).isTrue();
        assertThat(read(get("/v1/files", key)).path("data").isEmpty()).isFalse();
    }

    @Test
    void filesAreFreeAndComeBackByteForByteHoweverLarge() throws Exception {
        byte[] content = new byte[24 * 1024 * 1024];
        new Random(7).nextBytes(content);
        String id = upload(key, content).path("id").asString();
        assertThat(gateway.lastEvent(key).at("/charge/total").asString()).isEqualTo("0");
        HttpResponse<byte[]> back = gateway.http.send(
                gateway.request("/v1/files/" + id + "/content", key).GET().build(), BodyHandlers.ofByteArray());
        assertThat(back.body()).isEqualTo(content);
        assertThat(read(gateway.send(gateway.request("/v1/files/" + id, key).DELETE()))
                        .path("deleted")
                        .asBoolean())
                .isTrue();
        assertThat(get("/v1/files/" + id, key).statusCode()).isEqualTo(404);
    }

    private static String messages(int count) {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < count; i++) {
            requests.append(i == 0 ? "" : ",")
                    .append("{\"custom_id\":\"m" + i + "\",\"params\":{\"model\":\"claude-haiku-4-5\",\"max_tokens\":5,"
                            + "\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}}");
        }
        return "{\"requests\":[" + requests + "]}";
    }

    @Test
    void case19AnthropicsBatchesAreBilledByTheirLinesAndTheirResultsHaveOurAddress() throws Exception {
        HttpResponse<String> made = gateway.post("/v1/messages/batches", key, messages(3));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        String id = read(made).path("id").asString();
        JsonNode end = settledBatch("messages.batches");
        // 3 × (2 × 0.50 + 5 × 2.50) per million
        assertThat(end.at("/charge/total").asString()).isEqualTo("0.0000405");

        JsonNode done = read(get("/v1/messages/batches/" + id, key));
        String address = done.path("results_url").asString();
        assertThat(address).isEqualTo(gateway.url() + "/v1/messages/batches/" + id + "/results");
        assertThat(get("/v1/messages/batches/" + id + "/results", key).body().lines())
                .hasSize(3);
        assertThat(settled(key, "messages.batches")).hasSize(1);
        assertThat(read(get("/v1/messages/batches", key)).at("/data/0/id").asString())
                .isEqualTo(id);
    }

    @Test
    void case19ACancelledBatchOfMessagesBillsWhatWasDone() throws Exception {
        String id = read(gateway.post("/anthropic/v1/messages/batches", key, messages(4)))
                .path("id")
                .asString();
        gateway.post("/anthropic/v1/messages/batches/" + id + "/cancel", key, "{}");
        assertThat(settledBatch("messages.batches").at("/charge/total").asString())
                .isEqualTo("0.000027");
    }
}
