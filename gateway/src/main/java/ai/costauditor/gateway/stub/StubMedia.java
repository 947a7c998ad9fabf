package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.FAILS;
import static ai.costauditor.gateway.stub.StubJson.data;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's operations that are about more than chats. Each request has one of these, which knows what was asked. */
abstract class StubMedia implements StubOpenAi {

    /** Nothing before {@link #asked} has run. */
    ObjectNode request = JsonMapper.shared().createObjectNode();

    /** What the model reads is counted under the name that chats have for it. */
    @Override
    public ObjectNode asked(ObjectNode asked) {
        request = asked;
        if (asked.has("prompt")) {
            asked.set("input", asked.get("prompt"));
        }
        return asked;
    }

    @Override
    public boolean streams() {
        return false;
    }

    static String event(Map<String, Object> event) {
        return "event: " + event.get("type") + "\n" + data(event);
    }

    static String failure() {
        return event(map("type", "error", "error", map("type", "server_error", "message", FAILS)));
    }

    /** What a wish leaves out is not there, not even as nothing. */
    static Map<String, Object> with(Map<String, Object> answer, String name, @Nullable Object value) {
        if (value != null) {
            answer.put(name, value);
        }
        return answer;
    }
}
