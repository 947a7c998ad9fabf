package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.keys.Policy;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.util.UriUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What of a request reaches Bedrock, what it may cost at most, and how a refusal looks to Amazon's SDKs. */
class BedrockRequestTest {

    private static final String PATH = "/bedrock/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String ANSWER =
            "{\"output\":{\"message\":{\"content\":[{\"text\":\"pong\"}],\"role\":\"assistant\"}},\"stopReason\":\"end_turn\","
                    + "\"usage\":{\"inputTokens\":10,\"outputTokens\":5,\"totalTokens\":15}}";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("100"));

    @BeforeEach
    void bedrockAnswers() {
        gateway.upstream.answerJson(200, ANSWER);
    }

    private static String question(String content, String more) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":[" + content + "]}]" + more + "}";
    }

    private static final String TEXT = "{\"text\":\"ping\"}";
    private static final String SHORT = ",\"inferenceConfig\":{\"maxTokens\":100}";

    @Test
    void theRequestIsSignedWithOurKeysAndTheClientsAreDropped() throws Exception {
        String question = question("{\"text\":\"p😀ng\"}", SHORT);
        HttpResponse<String> response =
                gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + PATH + "/converse"))
                        .header("X-Virtual-Key", key.secret())
                        .header("Content-Type", "application/json")
                        .header(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=AKIDCLIENT/20260101/us-east-1/bedrock/aws4_request")
                        .header("X-Amz-Date", "20260101T000000Z")
                        .header("X-Amz-Security-Token", "session-of-the-client")
                        .header("amz-sdk-invocation-id", "i-1")
                        .POST(HttpRequest.BodyPublishers.ofString(question)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);

        ScriptedUpstream.Received seen = gateway.upstream.last();
        assertThat(seen.headers())
                .containsEntry("x-amz-security-token", "session-of-amazon")
                .containsEntry("amz-sdk-invocation-id", "i-1")
                .doesNotContainKeys("x-virtual-key", "x-api-key");
        assertThat(seen.headers().toString()).doesNotContain("AKIDCLIENT", key.secret(), SECRET);
        assertThat(seen.headers().get("authorization")).contains("/us-east-1/bedrock/aws4_request");
        assertThat(seen.headers().get("authorization")).endsWith("Signature=" + signature(seen));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Virtual-Key|%s",
                "x-api-key|%s",
                "Authorization|Bearer %s",
                "Authorization|AWS4-HMAC-SHA256 Credential=%s/20260101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=ab"
            })
    void theVirtualKeyIsFoundWhereAnSdkOfBedrockCanPutIt(String header, String form) throws Exception {
        String value = form.formatted(key.secret());
        HttpResponse<String> response =
                gateway.send(HttpRequest.newBuilder(URI.create(gateway.url() + PATH + "/converse"))
                        .header(header, value)
                        .POST(HttpRequest.BodyPublishers.ofString(question(TEXT, SHORT))));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(gateway.upstream.last().headers().get("authorization")).startsWith("AWS4-HMAC-SHA256 ");
    }

    /** From Amazon's description of signature version 4, and not by the signer that is tested. */
    private static String signature(ScriptedUpstream.Received request) throws GeneralSecurityException {
        Matcher authorization = Pattern.compile("Credential=AKIDEXAMPLE/(\\S+), SignedHeaders=(\\S+), .*")
                .matcher(request.headers().get("authorization"));
        assertThat(authorization.find()).isTrue();
        List<String> names = List.of(authorization.group(2).split(";"));
        assertThat(names).contains("host", "x-amz-date", "x-amz-security-token");
        String path = request.line().split(" ")[1];
        String canonical = Stream.of(
                        "POST",
                        Stream.of(path.split("/", -1))
                                .map(part -> UriUtils.encode(part, "UTF-8"))
                                .collect(Collectors.joining("/")),
                        "",
                        names.stream()
                                .map(name -> name + ":" + request.headers().get(name) + "\n")
                                .collect(Collectors.joining()),
                        authorization.group(2),
                        sha256(request.body()))
                .collect(Collectors.joining("\n"));
        String scope = authorization.group(1);
        byte[] signing = bytes("AWS4" + SECRET);
        for (String part : scope.split("/")) {
            signing = hmac(signing, part);
        }
        String toSign = "AWS4-HMAC-SHA256\n" + request.headers().get("x-amz-date") + "\n" + scope + "\n"
                + sha256(bytes(canonical));
        return HexFormat.of().formatHex(hmac(signing, toSign));
    }

    private static String sha256(byte[] data) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
    }

    private static byte[] hmac(byte[] secret, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(bytes(text));
    }

    private String hold(String path, String question) throws Exception {
        GatewayForTests.Key fresh = gateway.key(hard("1000"));
        HttpResponse<String> response = gateway.post(path, fresh, question);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return gateway.holdOf(fresh);
    }

    private BigDecimal held(String content, String more) throws Exception {
        return new BigDecimal(hold(PATH + "/converse", question(content, more)));
    }

    /** The dearest rate of its input is that of a cache write for an hour, 6.6 per million; of its output, 16.5. */
    private static BigDecimal input(long tokens) {
        return new BigDecimal("0.0000066").multiply(BigDecimal.valueOf(tokens));
    }

    private static BigDecimal output(long tokens) {
        return new BigDecimal("0.0000165").multiply(BigDecimal.valueOf(tokens));
    }

    @Test
    void theHoldCoversWhatTheModelMayReadAndWrite() throws Exception {
        BigDecimal least = held(TEXT, SHORT);
        assertThat(held(TEXT, ",\"inferenceConfig\":{\"maxTokens\":1100}").subtract(least))
                .isEqualByComparingTo(output(1000));
        String thousand = "x".repeat(1000);
        assertThat(held("{\"text\":\"" + thousand + "\"}", SHORT).subtract(held("{\"text\":\"\"}", SHORT)))
                .isEqualByComparingTo(input(1000));
        for (String more : new String[] {
            ",\"system\":[{\"text\":\"" + thousand + "\"}]",
            ",\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"t\",\"description\":\"" + thousand + "\"}}]}"
        }) {
            assertThat(held(TEXT, SHORT + more).subtract(least)).as(more).isGreaterThan(input(1000));
        }
        String result = "{\"toolResult\":{\"toolUseId\":\"t\",\"content\":[{\"json\":{\"data\":\"" + "x".repeat(5000)
                + "\"}}]}}";
        assertThat(held(result, SHORT)).as("no name hides a text").isGreaterThan(input(5000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"document\":{\"format\":\"pdf\",\"name\":\"d\",\"source\":{\"bytes\":\"JVBERi0=\"}}}",
                "{\"video\":{\"format\":\"mp4\",\"source\":{\"s3Location\":{\"uri\":\"s3://b/k\"}}}}",
                "{\"toolResult\":{\"toolUseId\":\"t\",\"content\":[{\"document\":{\"name\":\"d\"}}]}}"
            })
    void case26WhatARequestDoesNotTellIsBoundedByTheWindow(String content) throws Exception {
        assertThat(held(content, SHORT)).isEqualByComparingTo(input(1_000_000).add(output(100)));
    }

    @Test
    void toolsThatRunAtAmazonMayFillTheWindow() throws Exception {
        String tool = ",\"toolConfig\":{\"tools\":[{\"systemTool\":{\"name\":\"nova_grounding\"}}]}";
        assertThat(held(TEXT, SHORT + tool))
                .isEqualByComparingTo(input(1_000_000).add(output(100)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"bytes\":\"%s\"", "\"s3Location\":{\"uri\":\"s3://b/k\"}"})
    void anImageIsHeldAsOneHoweverLongItsBytesAre(String source) throws Exception {
        String image =
                "{\"image\":{\"format\":\"png\",\"source\":{" + source.formatted("iVBORw0KGgo".repeat(50_000)) + "}}}";
        assertThat(held(image, SHORT)).isBetween(input(50_000), input(51_000));
    }

    @Test
    void theInputOfAToolIsTextWhateverItIsCalled() throws Exception {
        String use = "{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"n\",\"input\":{\"image\":{\"source\":{\"bytes\":\""
                + "x".repeat(100_000) + "\"}}}}}";
        assertThat(held(use, SHORT)).isGreaterThan(input(100_000));
    }

    @Test
    void aLimitOfTheModelsOwnCountsForNothingBesideOrInsteadOfTheLongestAnswer() throws Exception {
        assertThat(held(TEXT, "")).isGreaterThan(output(64_000));
        assertThat(held(TEXT, SHORT + ",\"additionalModelRequestFields\":{\"max_tokens\":64000}"))
                .isGreaterThan(output(64_000));
        assertThat(held(TEXT, SHORT + ",\"additionalModelRequestFields\":{\"top_k\":5}"))
                .isLessThan(output(1000));
    }

    @Test
    void case29LengthsThatMakeNoSenseAreRefused() throws Exception {
        for (String config : new String[] {
            "{\"maxTokens\":-1}", "{\"maxTokens\":\"5\"}", "{\"maxTokens\":1.5}", "{\"maxTokens\":1,\"maxTokens\":9000}"
        }) {
            HttpResponse<String> response =
                    gateway.post(PATH + "/converse", key, question(TEXT, ",\"inferenceConfig\":" + config));
            refused(response, 400, "ValidationException");
        }
        assertThat(gateway.upstream.received()).isEmpty();
    }

    private static void refused(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("x-amzn-errortype")).contains(type);
        assertThat(response.headers().firstValue("x-amzn-requestid")).isPresent();
        assertThat(response.headers().firstValue("x-auditor-call-id").orElse(""))
                .startsWith("call_");
        assertThat(JsonMapper.shared().readTree(response.body()).path("message").asString(""))
                .isNotBlank();
    }

    /** 400 and not 429: Amazon's SDKs repeat every 429, and this is what they call a quota. */
    @Test
    void anExhaustedBudgetIsAQuotaThatNobodyTriesAgain() throws Exception {
        HttpResponse<String> response = gateway.post(PATH + "/converse", gateway.key(hard("0.02")), question(TEXT, ""));
        refused(response, 400, "ServiceQuotaExceededException");
        JsonNode details = JsonMapper.shared().readTree(response.body()).path("auditor");
        assertThat(details.propertyNames()).contains("limit", "available", "worst_case_cost", "max_tokens_that_fit");
        assertThat(response.headers().firstValue("x-should-retry")).contains("false");
        assertThat(response.headers().firstValue("retry-after")).isEmpty();
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void refusalsSpeakBedrocksLanguage() throws Exception {
        String question = question(TEXT, SHORT);
        GatewayForTests.Key nobody =
                new GatewayForTests.Key(key.id(), "vk_test_00000000000000000000000000000000000000");
        refused(gateway.post(PATH + "/converse", nobody, question), 403, "UnrecognizedClientException");
        refused(gateway.post(PATH + "/converse", key, "{\"mess"), 400, "ValidationException");
        refused(gateway.post("/bedrock/model/no.such-model/converse", key, question), 404, "ResourceNotFoundException");
        refused(gateway.post(PATH + "/count-tokens", key, question), 404, "UnknownOperationException");
        refused(gateway.post("/bedrock/guardrail/g/version/1/apply", key, "{}"), 404, "UnknownOperationException");
        refused(gateway.post("/bedrock/model/%2e%2e/converse", key, question), 404, "UnknownOperationException");
        refused(gateway.post("/bedrock/model/a%2F..%2Fb/converse", key, question), 404, "UnknownOperationException");
        Policy tight =
                Policy.enforcing(Policy.Enforcement.STRICT).requestsPerMinute(0).build();
        refused(gateway.post(PATH + "/converse", gateway.key(tight), question), 429, "ThrottlingException");
        Policy other = Policy.enforcing(Policy.Enforcement.STRICT)
                .allowedModels("us.amazon.*")
                .build();
        refused(gateway.post(PATH + "/converse", gateway.key(other), question), 403, "AccessDeniedException");
        gateway.bean(Ledger.class).execute(new SuspendKey(key.id(), GatewayForTests.BY_ADA));
        refused(gateway.post(PATH + "/invoke", key, question), 403, "AccessDeniedException");
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void metadataOfTheRequestIsAClaim() throws Exception {
        gateway.post(PATH + "/converse", key, question(TEXT, SHORT + ",\"requestMetadata\":{\"order\":\"7\"}"));
        assertThat(gateway.end(key).at("/request/claims").path("metadata.order").asString())
                .isEqualTo("7");
    }

    @ParameterizedTest
    @CsvSource({
        "400, ValidationException, key.CallReleased",
        "429, ThrottlingException, key.CallReleased",
        "424, ModelErrorException, key.HoldExpired",
        "408, ModelTimeoutException, key.HoldExpired",
        "500, InternalServerException, key.HoldExpired"
    })
    void case21AnErrorOfBedrockPassesAsItIs(int status, String type, String end) throws Exception {
        String body = "{\"message\":\"as it came\"}";
        gateway.upstream.answer((request, out) -> out.write(bytes("HTTP/1.1 " + status + " X\r\nx-amzn-ErrorType: "
                + type
                + ":http://internal.amazon.com/\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body)));
        HttpResponse<String> response = gateway.post(PATH + "/converse-stream", key, question(TEXT, SHORT));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.headers().firstValue("x-amzn-errortype").orElse("")).startsWith(type);
        gateway.end(key);
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", end);
    }

    @Test
    void aModelOfBedrockIsNotReachedInAnotherShape() throws Exception {
        HttpResponse<String> response = gateway.post(
                Chats.PATH, key, Chats.question("").replace("gpt-4o-mini", "bedrock/us.amazon.nova-lite-v1:0"));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("/bedrock/model/us.amazon.nova-lite-v1:0/converse");
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void aTierThatIsAskedForInAHeaderIsHeldAtItsPriceOrRefused() throws Exception {
        HttpResponse<String> response = gateway.send(gateway.request(PATH + "/invoke", key)
                .header("X-Amzn-Bedrock-Service-Tier", "priority")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":10,\"messages\":[]}")));
        refused(response, 404, "ResourceNotFoundException");
        refused(
                gateway.post(
                        PATH + "/converse", key, question(TEXT, SHORT + ",\"serviceTier\":{\"type\":\"priority\"}")),
                404,
                "ResourceNotFoundException");
    }
}
