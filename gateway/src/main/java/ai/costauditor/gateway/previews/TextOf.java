package ai.costauditor.gateway.previews;

import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Picks what people and models wrote out of the JSON of any of the formats; never the data of images and files. */
final class TextOf {

    private static final JsonFactory FACTORY = new JsonFactory();

    private static final Set<String> TEXT =
            Set.of("content", "text", "input", "prompt", "system", "instructions", "delta", "refusal", "inputText");

    /** Text without a gap is data, whatever its name. */
    private static final int LONGEST_WORD = 400;

    private TextOf() {}

    /** @param most characters; reading stops there */
    static void json(byte[] json, StringBuilder into, int most, String between) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            while (into.length() < most) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    return;
                }
                if (token == JsonToken.VALUE_STRING) {
                    String name = parser.streamReadContext().inArray()
                            ? parser.streamReadContext().getParent().currentName()
                            : parser.currentName();
                    if (name != null && TEXT.contains(name)) {
                        add(parser.getString(), into, most, between);
                    }
                }
            }
        } catch (JacksonException e) {
            // An answer that cannot be read has no text for us; the client gets it as it is.
        }
    }

    private static void add(String text, StringBuilder into, int most, String between) {
        if (text.isEmpty() || text.startsWith("data:") || isData(text)) {
            return;
        }
        if (!into.isEmpty()) {
            into.append(between);
        }
        into.append(text, 0, Math.min(text.length(), Math.max(0, most - into.length())));
    }

    private static boolean isData(String text) {
        if (text.length() <= LONGEST_WORD) {
            return false;
        }
        return text.substring(0, LONGEST_WORD).chars().noneMatch(Character::isWhitespace);
    }
}
