package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.StoredKind;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Anthropic names the address of a batch's results, and its SDKs go there with the key that they have. That key is ours, so
 * the address must be ours as well: the only thing of an answer that is changed.
 */
final class ResultsAddress {

    private static final String FIELD = "\"results_url\":";
    private static final String PATH = StoredKind.MESSAGE_BATCH.path();

    private ResultsAddress() {}

    static byte[] ours(Call call, byte[] body, HttpServletRequest request) {
        String text = new String(body, StandardCharsets.UTF_8);
        int field = text.indexOf(FIELD);
        int asked = request.getRequestURI().indexOf(PATH);
        String theirs = '"' + call.provider().root(call.format().errors()) + PATH + '/';
        int at = field < 0 ? -1 : text.indexOf(theirs, field);
        boolean isValue = at >= 0 && text.substring(field + FIELD.length(), at).isBlank();
        if (!isValue || asked < 0) {
            return body;
        }
        String base = UriComponentsBuilder.fromUriString(request.getRequestURL().toString())
                .replacePath(request.getRequestURI().substring(0, asked))
                .replaceQuery(null)
                .toUriString();
        return (text.substring(0, at) + '"' + base + PATH + '/' + text.substring(at + theirs.length()))
                .getBytes(StandardCharsets.UTF_8);
    }
}
