package ai.costauditor.gateway.wire;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What stands in the messages of a Converse request beside text. There, the name of a block says what it is: {@code
 * {"image":{"format":"png","source":{"bytes":"…"}}}}. Only blocks are looked at: the input of a tool may hold anything.
 */
final class ConverseMedia {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonParser parser;
    private long images;
    private long dataBytes;
    private boolean elsewhere;

    private ConverseMedia(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * More tokens than a model can read of the messages. Every byte of their JSON counts as one, so no name hides a text;
     * pixels count as images, and documents as the model's window.
     */
    static long bound(RequestBody body) {
        RequestBody.Field messages = body.field("messages");
        if (messages == null || messages.token() != JsonToken.START_ARRAY) {
            return TokenBound.UNBOUNDED;
        }
        try (JsonParser parser = FACTORY.createParser(
                ObjectReadContext.empty(), body.bytes(), messages.from(), messages.to() - messages.from())) {
            ConverseMedia media = new ConverseMedia(parser);
            parser.nextToken();
            media.messages();
            return media.elsewhere
                    ? TokenBound.UNBOUNDED
                    : messages.to() - messages.from() - media.dataBytes + media.images * TokenBound.OF_AN_IMAGE;
        }
    }

    private void messages() {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            inObject("content", this::blocks);
        }
    }

    private void blocks() {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            block();
        }
    }

    private void block() {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "image" -> image();
                case "toolResult" -> inObject("content", this::blocks);
                case "guardContent" -> inObject("image", this::image);
                case "document", "video", "audio" -> {
                    elsewhere = true;
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
    }

    private void image() {
        images++;
        inObject("source", () -> inObject("bytes", this::data));
    }

    private void data() {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            dataBytes += Json.utf8Length(parser.getString());
        } else {
            parser.skipChildren();
        }
    }

    /** Runs on the value of the wanted property of the object that the parser stands on, and leaves it at the object's end. */
    private void inObject(String wanted, Runnable value) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean found = wanted.equals(parser.currentName());
            parser.nextToken();
            if (found) {
                value.run();
            } else {
                parser.skipChildren();
            }
        }
    }
}
