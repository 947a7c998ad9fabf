package ai.costauditor.gateway.stub;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** How the stub writes what it says. */
final class StubJson {

    static final long CREATED = 1_750_000_000;
    static final String FAILS = "as it was told, the stub fails";

    private StubJson() {}

    static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    /** One event of a stream. */
    static String data(Object event) {
        return "data: " + json(event) + "\n\n";
    }

    /** In the given order, nulls too: providers send them. */
    static Map<String, Object> map(@Nullable Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(String.valueOf(pairs[i]), pairs[i + 1]);
        }
        return map;
    }
}
