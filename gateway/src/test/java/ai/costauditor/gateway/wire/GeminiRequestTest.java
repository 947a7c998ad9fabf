package ai.costauditor.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The most that a request to Gemini can cost, as far as the request tells it. */
class GeminiRequestTest {

    private static RequestFacts facts(String json) {
        return facts("gemini-2.5-flash", json);
    }

    private static RequestFacts facts(String model, String json) {
        return new GeminiGenerate(false)
                .read(RequestBody.read(json.getBytes(StandardCharsets.UTF_8)).of(model));
    }

    private static RequestFacts configured(String config) {
        return facts("{\"contents\":[],\"generationConfig\":{" + config + "}}");
    }

    private static long boundOfPart(String part) {
        return facts("{\"contents\":[{\"role\":\"user\",\"parts\":[" + part + "]}]}")
                .inputBound();
    }

    private static String inline(String type, String data) {
        return "{\"inlineData\":{\"mimeType\":\"" + type + "\",\"data\":\"" + data + "\"}}";
    }

    private static String image(int width, int height, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out);
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }

    private static String hex(String bytes) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(bytes.replace(" ", "") + "00".repeat(16)));
    }

    @Test
    void textIsBoundedByItsBytesWhereverItStands() {
        assertThat(boundOfPart("{\"text\":\"" + "ü".repeat(1000) + "\"}")).isBetween(2_000L, 2_300L);
        assertThat(facts("{\"contents\":[],\"systemInstruction\":{\"parts\":[{\"text\":\"" + "x".repeat(5000)
                                + "\"}]},\"tools\":[{\"functionDeclarations\":[{\"name\":\"" + "y".repeat(3000)
                                + "\"}]}],\"generationConfig\":{\"responseSchema\":{\"title\":\"" + "z".repeat(2000)
                                + "\"}}}")
                        .inputBound())
                .isBetween(10_000L, 10_600L);
    }

    @ParameterizedTest
    @CsvSource({"png,300,200,4096", "png,4000,3000,49536", "jpg,1024,1024,6450", "jpg,64,8000,8256"})
    void case26AnImageIsBoundedByItsTilesAndNotByItsBytes(String format, int width, int height, long most)
            throws Exception {
        assertThat(boundOfPart(inline("image/" + format, image(width, height, format))))
                .isBetween(most, most + 300);
    }

    @Test
    void case26TheSizeOfAJpegStandsBehindItsProfileAndThatOfAWebpInOneOfThreeHeads() {
        String profile = "FFE1 0012" + "AA".repeat(16);
        assertThat(ImageSize.of(hex("FFD8" + profile + "FFC0 0011 08 0400 0800 03")))
                .contains(new ImageSize(2048, 1024));
        assertThat(ImageSize.of(hex("52494646 00000000 57454250 56503820 00000000 000000 9D012A 8002 E001")))
                .contains(new ImageSize(640, 480));
        assertThat(ImageSize.of(hex("52494646 00000000 57454250 5650384C 00000000 2F 7FC27700")))
                .contains(new ImageSize(640, 480));
        assertThat(ImageSize.of(hex("52494646 00000000 57454250 56503858 00000000 00 000000 7F0200 DF0100")))
                .contains(new ImageSize(640, 480));
        assertThat(ImageSize.of(hex("52494646 00000000 57454250 56503858 00000000 02 000000 7F0200 DF0100")))
                .as("it moves")
                .isEmpty();
        assertThat(ImageSize.of("not base64 at all!")).isEmpty();
        assertThat(ImageSize.of("")).isEmpty();
    }

    @Test
    void case26WhatLastsHasPagesOrIsElsewhereIsBoundedByTheWindow() throws Exception {
        String png = image(10, 10, "png");
        assertThat(boundOfPart(inline("audio/flac", "AAAA"))).isEqualTo(TokenBound.UNBOUNDED);
        assertThat(boundOfPart(inline("application/pdf", "AAAA"))).isEqualTo(TokenBound.UNBOUNDED);
        assertThat(boundOfPart(inline("image/heic", "AAAA"))).isEqualTo(TokenBound.UNBOUNDED);
        assertThat(boundOfPart(inline("text/plain", png))).isEqualTo(TokenBound.UNBOUNDED);
        assertThat(boundOfPart("{\"inline_data\":{\"data\":\"AAAA\",\"mime_type\":\"image/png\"}}"))
                .isEqualTo(TokenBound.UNBOUNDED);
        assertThat(boundOfPart("{\"fileData\":{\"mimeType\":\"image/png\",\"fileUri\":\"https://x/files/y\"}}"))
                .isEqualTo(TokenBound.UNBOUNDED);
        assertThat(boundOfPart("{\"file_data\":{\"file_uri\":\"https://x/files/y\"}}"))
                .isEqualTo(TokenBound.UNBOUNDED);
    }

    @Test
    void whatFunctionsTakeAndGiveIsTextWhateverItsFieldsAreCalled() throws Exception {
        String long9 = "x".repeat(9_000);
        assertThat(boundOfPart("{\"functionResponse\":{\"name\":\"f\",\"response\":{\"data\":\"" + long9 + "\"}}}"))
                .isGreaterThan(9_000);
        String disguised = image(1, 1, "png") + long9;
        assertThat(boundOfPart("{\"functionCall\":{\"name\":\"f\",\"args\":" + inline("image/png", disguised) + "}}"))
                .isBetween(9_000L, 9_600L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"cachedContent\":\"cachedContents/1\"",
                "\"cached_content\":\"cachedContents/1\"",
                "\"continuationToken\":\"abc\"",
                "\"somethingNew\":{}",
                "\"tools\":[{\"googleSearch\":{}}]",
                "\"tools\":{\"url_context\":{}}",
                "\"tools\":[{\"functionDeclarations\":[]},{\"codeExecution\":{}}]"
            })
    void whatIsReadBesidesTheRequestIsBoundedByTheWindow(String more) {
        assertThat(facts("{\"contents\":[]," + more + "}").inputBound()).isEqualTo(TokenBound.UNBOUNDED);
    }

    @Test
    void theLongestAnswerIsReadUnderBothOfItsNames() {
        assertThat(configured("\"maxOutputTokens\":100").maxOutput()).isEqualTo(100);
        assertThat(configured("\"max_output_tokens\":100,\"candidate_count\":3").maxOutput())
                .isEqualTo(100);
        assertThat(configured("\"max_output_tokens\":100,\"candidate_count\":3").answers())
                .isEqualTo(3);
        assertThat(facts("{\"contents\":[],\"generation_config\":{\"maxOutputTokens\":7}}")
                        .maxOutput())
                .isEqualTo(7);
        assertThat(configured("\"maxOutputTokens\":0").maxOutput())
                .as("0 is nothing said")
                .isNull();
        assertThat(configured("\"maxOutputTokens\":null").maxOutput()).isNull();
        assertThat(configured("\"maxOutputTokens\":9,\"responseSchema\":{\"title\":\"" + "x".repeat(20_000) + "\"}")
                        .maxOutput())
                .isEqualTo(9);
    }

    @Test
    void imagesAndSpeechAreNotKnownToKeepToTheLongestAnswer() {
        assertThat(configured("\"maxOutputTokens\":9,\"responseModalities\":[\"TEXT\",\"IMAGE\"]")
                        .maxOutput())
                .isNull();
        assertThat(configured("\"maxOutputTokens\":9,\"responseModalities\":[\"TEXT\"]")
                        .maxOutput())
                .isEqualTo(9);
        assertThat(facts("gemini-2.5-flash-image", "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":9}}")
                        .maxOutput())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":\"100\"}}",
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":-1}}",
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":1.5}}",
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":1,\"maxOutputTokens\":2}}",
                "{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":1,\"max_output_tokens\":2}}",
                "{\"contents\":[],\"generationConfig\":{\"candidateCount\":1000}}",
                "{\"contents\":[],\"generationConfig\":{},\"generation_config\":{}}",
                "{\"contents\":[],\"model\":\"models/gemini-2.5-pro\"}",
                "{\"messages\":[]}"
            })
    void case29WhatCouldBeReadInTwoWaysIsRefused(String json) {
        assertThatThrownBy(() -> facts(json)).isInstanceOf(BadRequest.class);
    }

    @Test
    void aDearerTierIsHeldForAndACheaperOneIsNot() {
        assertThat(facts("{\"contents\":[],\"serviceTier\":\"priority\"}").dearerTier())
                .isEqualTo("priority");
        assertThat(facts("{\"contents\":[],\"service_tier\":\"SERVICE_TIER_PRIORITY\"}")
                        .dearerTier())
                .isEqualTo("priority");
        assertThat(facts("{\"contents\":[],\"serviceTier\":\"flex\"}").dearerTier())
                .isNull();
    }
}
