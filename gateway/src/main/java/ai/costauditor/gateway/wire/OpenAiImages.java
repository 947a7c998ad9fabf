package ai.costauditor.gateway.wire;

import ai.costauditor.gateway.wire.Reading.End;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI's images: made from words, edited, or varied. Some models are billed by the image, its size and quality, others by
 * tokens; the price list tells which. An answer names no model, so the one that was asked for counts.
 */
public final class OpenAiImages implements WireFormat {

    private static final long MOST_IMAGES = 128;

    /** Base, tiles and the extra of a high fidelity: 6,240 and a few hundred (developers.openai.com, guides/images-vision). */
    private static final long OF_AN_INPUT = 8_192;

    private static final long OF_A_PARTIAL_IMAGE = 100;

    /** Output tokens of the gpt-image-1 family (developers.openai.com, guides/image-generation): square, and the dearer of the others. */
    private static final List<Long> DEAREST = List.of(4_160L, 6_240L);

    private static final Map<String, List<Long>> OUTPUT =
            Map.of("low", List.of(272L, 408L), "medium", List.of(1_056L, 1_584L), "high", DEAREST);

    private static final Set<String> ANSWER = Set.of("usage");

    private final String endpoint;

    private OpenAiImages(String endpoint) {
        this.endpoint = endpoint;
    }

    public static OpenAiImages generations() {
        return new OpenAiImages("images.generations");
    }

    public static OpenAiImages edits() {
        return new OpenAiImages("images.edits");
    }

    public static OpenAiImages variations() {
        return new OpenAiImages("images.variations");
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public ErrorShape errors() {
        return ErrorShape.OPENAI;
    }

    /** Edits come as a form, and in newer clients as JSON that names its images. */
    @Override
    public RequestBody parse(byte[] bytes, @Nullable String contentType) {
        boolean json =
                contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("application/json");
        return endpoint.endsWith("generations") || endpoint.endsWith("edits") && json
                ? RequestBody.read(bytes)
                : Multipart.read(bytes, contentType);
    }

    @Override
    public RequestFacts read(RequestBody request) {
        // variations are known of one model only, which is meant where none is named
        RequestBody body = endpoint.endsWith("variations") && !request.has("model") ? request.of("dall-e-2") : request;
        Long asked = body.wholeNumber("n");
        long n = asked == null ? 1 : asked;
        if (n < 1 || n > MOST_IMAGES) {
            throw new BadRequest("'n' must be between 1 and " + MOST_IMAGES);
        }
        BigDecimal images = BigDecimal.valueOf(n);
        Long partial = body.wholeNumber("partial_images");
        Long each = tokensOfAnImage(body);
        return new RequestFacts(
                        body,
                        body.model(),
                        body.flag("stream"),
                        input(body),
                        true,
                        RequestFacts.estimate(body.textBytes("prompt")),
                        each,
                        (partial == null ? 0 : Math.min(partial, MOST_IMAGES)) * OF_A_PARTIAL_IMAGE * n,
                        n,
                        null,
                        true)
                .orBilledBy(List.of(
                        Map.of("images_" + quality(body) + "_" + size(body), images), Map.of("images", images)));
    }

    private static String size(RequestBody body) {
        String size = body.string("size");
        return size == null ? "1024x1024" : size.toLowerCase(Locale.ROOT);
    }

    private static String quality(RequestBody body) {
        String quality = body.string("quality");
        return quality == null ? "standard" : quality.toLowerCase(Locale.ROOT);
    }

    /** @return none if the request leaves it to the model, or the model is of another family */
    private static @Nullable Long tokensOfAnImage(RequestBody body) {
        boolean known = OUTPUT.containsKey(quality(body)) && body.model().startsWith("gpt-image-1");
        String size = body.string("size");
        return known ? tokensOf(quality(body), size == null ? "" : size) : null;
    }

    /** What an image of the gpt-image-1 family takes; of what is not known, the dearest. */
    static long tokensOf(String quality, String size) {
        return OUTPUT.getOrDefault(quality, DEAREST).get(size.equals("1024x1024") ? 0 : 1);
    }

    private static long input(RequestBody body) {
        long images = body.isForm()
                ? body.parts("image").size()
                        + body.parts("image[]").size()
                        + body.parts("mask").size()
                : body.lengthOf("images") + (body.has("mask") ? 1 : 0);
        return TokenBound.OF_A_CALL + body.textBytes("prompt") + images * OF_AN_INPUT;
    }

    @Override
    public Meter meter(RequestFacts facts) {
        return new ImagesMeter(facts);
    }

    private static final class ImagesMeter implements Meter {

        private final RequestFacts facts;
        private final Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        private Usage usage = Usage.unknown();
        private End end = End.OPEN;

        ImagesMeter(RequestFacts facts) {
            this.facts = facts.withoutBody();
        }

        @Override
        public void body(byte[] body) {
            take(Json.parse(body, ANSWER), Json.length(body, "data"));
        }

        @Override
        public Pass event(SseEvent event) {
            if (event.data().isEmpty()) {
                return Pass.ON;
            }
            JsonNode root = Json.parse(event.data());
            String type = root.path("type").asString("");
            if (type.equals("error") || root.hasNonNull("error")) {
                end = End.FAILED;
            } else if (type.endsWith(".completed")) {
                end = End.COMPLETE;
                take(root, 1);
                return facts.answers() == 1 ? Pass.LAST : Pass.PERHAPS_LAST;
            }
            return Pass.ON;
        }

        /** Each image that a stream completes tells its own usage. */
        private void take(JsonNode root, int images) {
            JsonNode block = root.path("usage");
            if (block.isObject() && !block.isEmpty()) {
                Usage told = Usages.openAiImages(block);
                told.tokens().forEach((kind, count) -> tokens.merge(kind, count, Long::sum));
                usage = new Usage(told.status(), tokens, Map.of(), told.raw());
            } else if (images > 0) {
                usage = counted(images);
            }
        }

        /** The images that came are what is billed, by the size that was asked for. */
        private Usage counted(int images) {
            Map<String, BigDecimal> units = new java.util.TreeMap<>();
            Set<String> billed = facts.billedUnits().isEmpty()
                    ? Set.of("images")
                    : facts.billedUnits().keySet();
            BigDecimal before = usage.units().values().stream().reduce(BigDecimal.ZERO, BigDecimal::max);
            billed.forEach(unit -> units.put(unit, before.add(BigDecimal.valueOf(images))));
            return new Usage(Usage.Status.EXACT, Map.of(), units, null);
        }

        @Override
        public Reading reading() {
            return new Reading(null, null, usage, List.of(), 0, end);
        }
    }
}
