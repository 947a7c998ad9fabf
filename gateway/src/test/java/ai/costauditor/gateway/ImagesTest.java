package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** OpenAI's images. The numbers in the names are those of the accounting cases. */
class ImagesTest {

    private static final String USAGE = "\"usage\":{\"total_tokens\":1150,\"input_tokens\":50,\"output_tokens\":1100,"
            + "\"input_tokens_details\":{\"text_tokens\":10,\"image_tokens\":40}}";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final GatewayForTests.Key key = gateway.key(hard("10"));

    private static String images(int count, String rest) {
        return "{\"created\":1713833628,\"data\":[" + "{\"b64_json\":\"aGVsbG8=\"},".repeat(count - 1)
                + "{\"b64_json\":\"" + "QUFB".repeat(100_000) + "\"}]" + rest + "}";
    }

    @Test
    void case14ImagesOfOlderModelsAreBilledBySizeAndQualityAndTheHoldIsTheCharge() throws Exception {
        String answer = images(2, "");
        gateway.upstream.answerJson(200, answer);
        HttpResponse<String> response = gateway.post(
                "/v1/images/generations",
                key,
                "{\"model\":\"dall-e-3\",\"prompt\":\"a cat\",\"n\":2,\"quality\":\"hd\",\"size\":\"1024x1792\"}");
        assertThat(response.body()).isEqualTo(answer);
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.24");
        assertThat(gateway.holdOf(key)).isEqualTo("0.24");
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/status").asString()).isEqualTo("exact");
        assertThat(settled.at("/usage/units/images_hd_1024x1792").asInt()).isEqualTo(2);
        assertThat(settled.at("/charge/version").asString()).isEqualTo("units-1");
    }

    @Test
    void fewerImagesThanWereAskedForCostLess() throws Exception {
        gateway.upstream.answerJson(200, images(1, ""));
        gateway.post("/v1/images/generations", key, "{\"model\":\"dall-e-2\",\"prompt\":\"a cat\",\"n\":5}");
        assertThat(gateway.holdOf(key)).isEqualTo("0.1");
        assertThat(gateway.end(key).at("/charge/total").asString()).isEqualTo("0.02");
    }

    @Test
    void case14NewerModelsAreBilledByTokensOfTextAndOfImages() throws Exception {
        gateway.upstream.answerJson(200, images(1, "," + USAGE));
        HttpResponse<String> response = gateway.post(
                "/v1/images/generations",
                key,
                "{\"model\":\"gpt-image-1\",\"prompt\":\"a cat\",\"quality\":\"medium\",\"size\":\"1024x1024\"}");
        // 10 × 5 + 40 × 10 + 1,100 × 40 per million
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.04445");
        JsonNode settled = gateway.end(key);
        assertThat(settled.at("/usage/tokens/input").asLong()).isEqualTo(10);
        assertThat(settled.at("/usage/tokens/input_image").asLong()).isEqualTo(40);
        assertThat(settled.at("/usage/tokens/output_image").asLong()).isEqualTo(1100);
        // (64 + 5) × 10 for input + 1,056 × 40 for output
        assertThat(gateway.holdOf(key)).isEqualTo("0.04293");
    }

    @Test
    void aStreamOfPartialImagesIsPassedOnAndItsEndTellsTheUsage() throws Exception {
        String events = "event: image_generation.partial_image\ndata: {\"type\":\"image_generation.partial_image\","
                + "\"b64_json\":\"aGVsbG8=\",\"partial_image_index\":0}\n\n"
                + "event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\",\"b64_json\":\"aGVsbG8=\","
                + USAGE + "}\n\n";
        gateway.upstream.answerEvents(events);
        HttpResponse<String> response = gateway.post(
                "/v1/images/generations",
                key,
                "{\"model\":\"gpt-image-1\",\"prompt\":\"a cat\",\"quality\":\"low\",\"size\":\"1024x1024\","
                        + "\"stream\":true,\"partial_images\":2}");
        assertThat(response.body()).isEqualTo(events);
        assertThat(gateway.end(key).at("/charge/total").asString()).isEqualTo("0.04445");
        // 69 × 10 + (272 + 2 × 100) × 40
        assertThat(gateway.holdOf(key)).isEqualTo("0.01957");
    }

    @Test
    void aStreamThatBreaksOffKeepsItsHold() throws Exception {
        gateway.upstream.answerEvents(
                "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"aGVsbG8=\"}\n\n");
        gateway.post("/v1/images/generations", key, "{\"model\":\"gpt-image-1\",\"prompt\":\"a cat\",\"stream\":true}");
        gateway.end(key);
        assertThat(gateway.events(key)).containsExactly("key.CallAuthorised", "key.HoldExpired");
    }

    @Test
    void anEditComesAsAFormAndLeavesByteForByte() throws Exception {
        gateway.upstream.answerJson(200, images(1, "," + USAGE));
        Form form = new Form()
                .text("model", "gpt-image-1")
                .file("image[]", "a.png", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, '-', '-'})
                .file("image[]", "b.png", new byte[] {1, 2, 3, 13, 10})
                .text("prompt", "a cät")
                .text("quality", "low");
        gateway.post("/v1/images/edits", key, form);
        assertThat(gateway.upstream.last().body()).isEqualTo(form.bytes());
        assertThat(gateway.upstream.last().headers().get("content-type")).isEqualTo(form.contentType());
        // (64 + 6 + 2 × 8,192) × 10 + 408 × 40
        assertThat(gateway.holdOf(key)).isEqualTo("0.18086");
        assertThat(gateway.end(key).at("/charge/total").asString()).isEqualTo("0.04445");
    }

    @Test
    void aPrefixOfTheModelIsTakenOutOfAFormAndNothingElse() throws Exception {
        gateway.upstream.answerJson(200, images(1, "," + USAGE));
        gateway.post(
                "/v1/images/edits",
                key,
                new Form().text("model", "openai/gpt-image-1").text("prompt", "x"));
        assertThat(gateway.upstream.last().body())
                .isEqualTo(new Form()
                        .text("model", "gpt-image-1")
                        .text("prompt", "x")
                        .bytes());
    }

    @Test
    void variationsMeanTheOnlyModelThatHasThem() throws Exception {
        gateway.upstream.answerJson(200, images(1, ""));
        Form form =
                new Form().file("image", "a.png", new byte[] {1}).text("n", "1").text("size", "512x512");
        HttpResponse<String> response = gateway.post("/v1/images/variations", key, form);
        assertThat(response.headers().firstValue("x-auditor-cost")).contains("0.018");
        assertThat(gateway.end(key).at("/request/endpoint").asString()).isEqualTo("images.variations");
    }

    @Test
    void case16ASizeWithoutAPriceIsRefusedUnderAHardBudgetAndUnpricedWithoutOne() throws Exception {
        String odd = "{\"model\":\"dall-e-3\",\"prompt\":\"a cat\",\"size\":\"640x480\"}";
        assertThat(gateway.post("/v1/images/generations", key, odd).statusCode())
                .isEqualTo(404);
        GatewayForTests.Key free = gateway.key();
        gateway.upstream.answerJson(200, images(1, ""));
        gateway.post("/v1/images/generations", free, odd);
        JsonNode settled = gateway.end(free);
        assertThat(settled.at("/charge/status").asString()).isEqualTo("unpriced");
        assertThat(settled.at("/usage/units/images").asInt()).isEqualTo(1);
    }

    @Test
    void formsThatAreNotClearAreRefusedInOpenAisShape() throws Exception {
        HttpResponse<String> twice = gateway.post(
                "/v1/images/edits",
                key,
                new Form().text("model", "gpt-image-1-mini").text("model", "gpt-image-1"));
        assertThat(twice.statusCode()).isEqualTo(400);
        assertThat(twice.body()).contains("'model' occurs twice").contains("invalid_request_error");
        HttpResponse<String> json = gateway.post("/v1/images/variations", key, "{}");
        assertThat(json.body()).contains("must be multipart/form-data");
        HttpResponse<String> none = gateway.post("/v1/images/generations", key, "{\"prompt\":\"a cat\"}");
        assertThat(none.body()).contains("you must provide a model parameter");
    }
}
