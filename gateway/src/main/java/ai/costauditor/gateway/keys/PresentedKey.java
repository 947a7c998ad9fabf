package ai.costauditor.gateway.keys;

import ai.costauditor.gateway.wire.BadRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.ServerRequest;

/** The virtual key of a request. SDKs put it where their provider's key would be. */
public final class PresentedKey {

    /** Every place of a credential, in the order in which they are asked; none of them is forwarded. */
    public static final List<String> HEADERS =
            List.of("X-Virtual-Key", "x-api-key", "api-key", "x-goog-api-key", HttpHeaders.AUTHORIZATION);

    private static final String QUERY_PARAMETER = "key";

    private PresentedKey() {}

    /**
     * The key, or the first other credential if none of them looks like a key of ours (so that the refusal can say so).
     *
     * @throws BadRequest if two different virtual keys are presented
     */
    public static Optional<String> of(ServerRequest request) {
        HttpHeaders headers = request.headers().asHttpHeaders();
        List<String> presented = Stream.concat(
                        HEADERS.stream().flatMap(name -> headers.getOrEmpty(name).stream()),
                        request.param(QUERY_PARAMETER).stream())
                .map(PresentedKey::withoutScheme)
                .filter(text -> !text.isEmpty())
                .toList();
        Set<String> keys = new LinkedHashSet<>(
                presented.stream().filter(text -> text.startsWith("vk_")).toList());
        if (keys.size() > 1) {
            throw new BadRequest("two different virtual keys were sent in one request");
        }
        return Stream.concat(keys.stream(), presented.stream()).findFirst();
    }

    private static String withoutScheme(String value) {
        String text = value.strip();
        return text.toLowerCase(Locale.ROOT).startsWith("bearer ")
                ? text.substring(7).strip()
                : text;
    }
}
