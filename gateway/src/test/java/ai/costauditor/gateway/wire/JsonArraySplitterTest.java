package ai.costauditor.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonArraySplitterTest {

    private final JsonArraySplitter splitter = new JsonArraySplitter();
    private final List<SseEvent> events = new ArrayList<>();

    private String feed(String text, int size) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; from += size) {
            byte[] piece = java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
            splitter.feed(piece, piece.length, events::add);
        }
        StringBuilder all = new StringBuilder();
        events.forEach(event -> all.append(new String(event.raw(), StandardCharsets.UTF_8)));
        return all + new String(splitter.rest().raw(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void objectsAreCutOutAndNoByteIsLost(int size) {
        String text = " [ {\"a\":{\"b\":[1,{\"c\":\"}]\\\"{\"}]}} ,\r\n{\"ü\":\"\\\\\"}\n,{}]\n";
        assertThat(feed(text, size)).isEqualTo(text);
        assertThat(events.stream().map(SseEvent::data))
                .containsExactly("{\"a\":{\"b\":[1,{\"c\":\"}]\\\"{\"}]}}", "{\"ü\":\"\\\\\"}", "{}");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void anObjectWithoutAnArrayIsOneEvent(int size) {
        String text = "{\"error\":{\"code\":503,\"details\":[{}]}}";
        assertThat(feed(text, size)).isEqualTo(text);
        assertThat(events.stream().map(SseEvent::data)).containsExactly(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[", "[]", "no JSON", "[{\"a\":1", "]}]}"})
    void whatIsNoArrayPassesAsItIs(String text) {
        assertThat(feed(text, 1)).isEqualTo(text);
    }
}
