package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.CREATED;
import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Images: one pixel each, whatever was asked for. Models that are billed by the image tell no usage. */
final class StubImages extends StubMedia {

    static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private static final int OF_AN_INPUT = 100;
    private static final Pattern BY_THE_IMAGE = Pattern.compile("^(dall-e|stub-picture|grok)");
    private static final Map<String, Integer> OUTPUT = Map.of("low", 272, "medium", 1056, "high", 4160);

    private final String name;

    /** @param name that events start with */
    StubImages(String name) {
        this.name = name;
    }

    @Override
    public String body(StubAnswer a) {
        String form = "url".equals(request.path("response_format").asString("")) ? "url" : "b64_json";
        Map<String, Object> image = map(form, form.equals("url") ? "https://stub.invalid/image.png" : PIXEL);
        Map<String, Object> body = map("created", CREATED, "data", Collections.nCopies(a.answers(), image));
        return json(with(body, "usage", usage(a)));
    }

    @Override
    public boolean streams() {
        return true;
    }

    @Override
    public List<String> events(StubAnswer a) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < request.path("partial_images").asInt(0); i++) {
            events.add(event(image("partial_image", "partial_image_index", i)));
        }
        events.add(
                a.wish().errorInStream()
                        ? failure()
                        : event(with(image("completed", "background", "opaque"), "usage", usage(a))));
        return events;
    }

    private Map<String, Object> image(String what, String more, Object value) {
        return map(
                "type",
                name + "." + what,
                "b64_json",
                PIXEL,
                "created_at",
                CREATED,
                "size",
                "1024x1024",
                "quality",
                "medium",
                "output_format",
                "png",
                more,
                value);
    }

    private @Nullable Object usage(StubAnswer a) {
        if (a.wish().omitUsage() || BY_THE_IMAGE.matcher(a.model()).find()) {
            return null;
        }
        boolean zero = a.wish().zeroUsage();
        long images =
                zero ? 0 : (long) OF_AN_INPUT * request.path(StubForm.FILES).asInt(0);
        long each = OUTPUT.getOrDefault(request.path("quality").asString("medium"), 1056)
                + 100L * request.path("partial_images").asInt(0);
        long output = zero ? 0 : each * a.answers();
        return map(
                "input_tokens",
                a.promptTokens() + images,
                "input_tokens_details",
                map("image_tokens", images, "text_tokens", a.promptTokens()),
                "output_tokens",
                output,
                "total_tokens",
                a.promptTokens() + images + output);
    }
}
