package ai.costauditor.ledger.check;

import ai.costauditor.ledger.money.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fields of a JSON object, under the names that they have in the store. */
record Fields(JsonNode node) {

    /** A field that must be there is not, or is something else. */
    static final class Unreadable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Fields of(String text) {
        return new Fields(JSON.readTree(text)).requireObject("the payload");
    }

    Fields in(String name) {
        return new Fields(required(name)).requireObject(name);
    }

    @Nullable Fields inOrNone(String name) {
        return isMissing(name) ? null : in(name);
    }

    String text(String name) {
        JsonNode value = required(name);
        if (!value.isString()) {
            throw new Unreadable(name + " is no text");
        }
        return value.asString();
    }

    @Nullable String textOrNone(String name) {
        return isMissing(name) ? null : text(name);
    }

    Money money(String name) {
        return Money.of(text(name));
    }

    @Nullable Money moneyOrNone(String name) {
        return isMissing(name) ? null : money(name);
    }

    BigDecimal decimal(String name) {
        return new BigDecimal(text(name));
    }

    Instant time(String name) {
        return Instant.parse(text(name));
    }

    ZoneId zone(String name) {
        return ZoneId.of(text(name));
    }

    long number(String name) {
        JsonNode value = required(name);
        if (!value.isIntegralNumber()) {
            throw new Unreadable(name + " is no whole number");
        }
        return value.asLong();
    }

    JsonNode any(String name) {
        return required(name);
    }

    boolean has(String name) {
        return !isMissing(name);
    }

    /** Empty if there is none: the store leaves empty lists out. */
    List<Fields> list(String name) {
        return isMissing(name)
                ? List.of()
                : required(name)
                        .valueStream()
                        .map(value -> new Fields(value).requireObject(name))
                        .toList();
    }

    /** Empty if there is none. */
    Map<String, Long> numbers(String name) {
        Map<String, Long> numbers = new TreeMap<>();
        if (!isMissing(name)) {
            required(name)
                    .properties()
                    .forEach(e -> numbers.put(e.getKey(), e.getValue().asLong()));
        }
        return numbers;
    }

    private JsonNode required(String name) {
        if (isMissing(name)) {
            throw new Unreadable("there is no " + name);
        }
        return Objects.requireNonNull(node.get(name));
    }

    private boolean isMissing(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull();
    }

    private Fields requireObject(String name) {
        if (!node.isObject()) {
            throw new Unreadable(name + " is no object");
        }
        return this;
    }
}
