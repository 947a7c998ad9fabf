package ai.costauditor.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodyTest {

    private static RequestBody body(String json) {
        return RequestBody.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static RequestFacts chat(String json) {
        return new OpenAiChat(true).read(body(json));
    }

    private static String edited(String json, boolean includeUsage, String model) {
        BodyEdit edit = new BodyEdit(body(json));
        if (includeUsage) {
            edit.includeUsage();
        }
        if (!model.isEmpty()) {
            edit.model(model);
        }
        return new String(edit.bytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "[]",
                "\"x\"",
                "null",
                "{",
                "{\"a\":",
                "{\"a\":[1,{\"b\":",
                "{\"a\":1} x",
                "{\"a\":1}{}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":\"\u0001\"}"
            })
    void whatIsNoJsonObjectIsRefusedClearly(String text) {
        assertThatThrownBy(() -> body(text)).isInstanceOf(BadRequest.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"data\":\"#\"}}",
                "{\"input\":{\"url\":\"data:#\"},\"type\":\"tool_use\"}",
                "{\"type\":\"tool_use\",\"input\":{\"type\":\"image\",\"source\":{\"data\":\"#\"}}}",
                "{\"type\":\"text\",\"data\":\"#\"}",
                "{\"data\":\"#\"}"
            })
    void textThatOnlyLooksLikePixelsIsBoundedAsText(String block) {
        String text = "word ".repeat(40_000);
        String json = "{\"messages\":[{\"role\":\"assistant\",\"content\":[" + block.replace("#", text) + "]}]}";
        assertThat(body(json).tokenBound("messages")).isGreaterThanOrEqualTo(text.length());
    }

    @Test
    void pixelsAreBoundedByTheImageThatTheyAreOf() {
        String pixels = "iVBORw0KGgo".repeat(100_000);
        String json = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":"
                + "{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"" + pixels + "\"}}]}]}";
        assertThat(body(json).tokenBound("messages")).isLessThan(60_000);
    }

    @Test
    void deepNestingIsRefusedAndDoesNoHarm() {
        assertThatThrownBy(() -> body("{\"a\":" + "[".repeat(100_000))).isInstanceOf(BadRequest.class);
    }

    @Test
    void otherEncodingsAreRefused() {
        assertThatThrownBy(() -> RequestBody.read("{\"model\":\"x\"}".getBytes(StandardCharsets.UTF_16)))
                .isInstanceOf(BadRequest.class);
        assertThatThrownBy(() -> RequestBody.read(HexFormat.of().parseHex("7b2261223a22fffe227d")))
                .isInstanceOf(BadRequest.class);
    }

    @Test
    void case29aParameterThatOccursTwiceIsRefused() {
        assertThatThrownBy(() -> body("{\"model\":\"cheap\",\"messages\":[],\"model\":\"dear\"}"))
                .hasMessageContaining("'model' occurs twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "\"100\"", "1.5", "true", "[]", "{}"})
    void case29aNumberOfTokensThatIsNoneIsRefused(String number) {
        assertThatThrownBy(() -> chat("{\"model\":\"m\",\"messages\":[],\"max_tokens\":" + number + "}"))
                .hasMessageContaining("'max_tokens'");
    }

    @Test
    void case29aHugeNumberOfTokensIsCappedByTheModelLater() {
        assertThat(chat("{\"model\":\"m\",\"messages\":[],\"max_tokens\":123456789012345678901234567890}")
                        .maxOutput())
                .isGreaterThan(1_000_000_000L);
    }

    @Test
    void case29aThousandAnswersAreRefused() {
        assertThatThrownBy(() -> chat("{\"model\":\"m\",\"messages\":[],\"n\":1000}"))
                .hasMessageContaining("'n'");
    }

    @Test
    void theBoundIsNeverBelowTheTextThatIsRead() {
        String text = "ü😀".repeat(500);
        RequestFacts facts = chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}");
        assertThat(facts.inputBound()).isGreaterThan(text.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void pixelsAreBoundedAsAnImageAndNotAsText() {
        String image = "data:image/png;base64," + "A".repeat(3_000_000);
        RequestFacts facts =
                chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                        + "\"image_url\":{\"url\":\"" + image
                        + "\"}},{\"type\":\"text\",\"text\":\"what is it?\"}]}]}");
        assertThat(facts.inputBound()).isBetween(50_000L, 51_000L);
    }

    @Test
    void case26aFileOrSearchIsBoundedByTheWindow() {
        assertThat(
                        chat("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}]}]}")
                                .inputBound())
                .isGreaterThan(1L << 50);
        RequestFacts search = new OpenAiResponses()
                .read(body("{\"model\":\"m\",\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]}"));
        assertThat(search.inputBound()).isGreaterThan(1L << 50);
    }

    @Test
    void aToolsOwnParametersAreNotMistakenForFiles() {
        RequestFacts facts =
                chat("{\"model\":\"m\",\"messages\":[],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
                        + "\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"file\"}}}}}]}");
        assertThat(facts.inputBound()).isLessThan(400);
    }

    @Test
    void usageIsAskedForWithoutTouchingAnotherByte() {
        assertThat(edited(" {\n\"model\": \"m\" , \"x\":1.10}", true, ""))
                .isEqualTo(" {\"stream_options\":{\"include_usage\":true},\n\"model\": \"m\" , \"x\":1.10}");
        assertThat(edited("{\"stream_options\" : null,\"a\":\"\\u00fc\"}", true, ""))
                .isEqualTo("{\"stream_options\" : {\"include_usage\":true},\"a\":\"\\u00fc\"}");
        assertThat(edited("{\"stream_options\":{ }}", true, ""))
                .isEqualTo("{\"stream_options\":{\"include_usage\":true }}");
        assertThat(edited("{\"a\":1,\"stream_options\":{\"x\":[1], \"include_usage\" : false , \"y\":2}}", true, ""))
                .isEqualTo("{\"a\":1,\"stream_options\":{\"x\":[1], \"include_usage\" : true , \"y\":2}}");
        assertThat(edited("{\"stream_options\":{\"include_obfuscation\":false}}", true, ""))
                .isEqualTo("{\"stream_options\":{\"include_usage\":true,\"include_obfuscation\":false}}");
        assertThat(edited("{\"stream_options\":7}", true, "")).isEqualTo("{\"stream_options\":7}");
    }

    @Test
    void theModelIsRenamedWithoutTouchingAnotherByte() {
        assertThat(edited("{\"a\":\"\\u00e9\", \"model\" :  \"groq\\/llama\" ,\"b\":[ ]}", true, "llama"))
                .isEqualTo(
                        "{\"stream_options\":{\"include_usage\":true},\"a\":\"\\u00e9\", \"model\" :  \"llama\" ,\"b\":[ ]}");
    }

    @Test
    void equalQuestionsHaveEqualFingerprintsHoweverTheyAreWritten() {
        List<byte[]> one = parts("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9\"}]}");
        assertThat(
                        parts(
                                "{ \"stream\":true,\"messages\" : [ {\"role\":\"user\", \"content\":\"hé\"} ],\"user\":\"u\", \"model\":\"m\"}"))
                .usingElementComparator(java.util.Arrays::compare)
                .containsExactlyElementsOf(one);
        assertThat(parts("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"h\"},\"é\"]}"))
                .usingElementComparator(java.util.Arrays::compare)
                .isNotEqualTo(one);
    }

    private static List<byte[]> parts(String json) {
        List<byte[]> parts = new ArrayList<>();
        body(json).fingerprint(parts::add);
        return parts;
    }
}
