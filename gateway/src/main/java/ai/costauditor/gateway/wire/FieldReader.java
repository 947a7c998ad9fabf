package ai.costauditor.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the value that a parser stands on, to its end. */
final class FieldReader {

    private static final byte[] NONE = {};

    /** Never part of UTF-8, so no text can look like the end of another. */
    private static final byte END = (byte) 0xFF;

    private static final int MOST_TYPES = 64;
    private static final int MOST_NAMES = 64;

    private final JsonParser parser;
    private final boolean content;
    private final boolean gemini;
    private final MessageDigest digest;
    private final List<String> types = new ArrayList<>(0);
    private final Set<String> names = new HashSet<>(0);
    private long[] bounds = new long[16];

    /** Of what looks like pixels: text after all, unless an object around it says that it is an image or a file. */
    private long[] data = new long[16];

    /** Of everything, for what a tool was called with: it is text, whatever it looks like. */
    private long[] bytes = new long[16];

    private Shape[] shapes = new Shape[16];
    private int depth;
    private long textBytes;

    private enum Shape {
        ANYTHING,
        MEDIA,
        TOOL_CALL
    }

    /**
     * @param field its name, which tells how images and files are written in it
     * @param digest of the whole body's reader: each field leaves it as it found it
     */
    FieldReader(JsonParser parser, String field, MessageDigest digest) {
        this.parser = parser;
        this.digest = digest;
        this.content = TokenBound.holdsContent(field);
        this.gemini = GeminiMedia.holdsContent(field);
    }

    RequestBody.Field read() {
        JsonToken first = parser.currentToken();
        int from = RequestBody.offset(parser);
        if (first == null) {
            throw new BadRequest("the request body breaks off");
        }
        String text = null;
        if (first.isStructStart()) {
            readStructure();
        } else {
            text = parser.getString();
            value(first, text);
        }
        int to = (int) parser.currentLocation().getByteOffset();
        return new RequestBody.Field(from, to, first, text, bounds[0], textBytes, types, names, digest.digest());
    }

    private void readStructure() {
        open(parser.currentToken());
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new BadRequest("the request body breaks off");
            }
            if (token.isStructStart()) {
                open(token);
            } else if (token.isStructEnd()) {
                close(token);
            } else if (token == JsonToken.PROPERTY_NAME) {
                name(parser.currentName());
            } else {
                value(token, parser.getString());
            }
        }
    }

    private void open(JsonToken token) {
        digest.update((byte) token.id());
        depth++;
        if (depth == bounds.length) {
            bounds = Arrays.copyOf(bounds, depth * 2);
            data = Arrays.copyOf(data, depth * 2);
            bytes = Arrays.copyOf(bytes, depth * 2);
            shapes = Arrays.copyOf(shapes, depth * 2);
        }
        data[depth] = 0;
        bytes[depth] = 0;
        shapes[depth] = Shape.ANYTHING;
        bounds[depth] = token == JsonToken.START_OBJECT ? TokenBound.OF_AN_OBJECT : 0;
    }

    private void close(JsonToken token) {
        digest.update((byte) token.id());
        long bound = bounds[depth];
        long pixels = shapes[depth] == Shape.ANYTHING ? data[depth] : 0;
        if (shapes[depth] == Shape.TOOL_CALL) {
            bound = Math.max(bound, bytes[depth]);
        }
        depth--;
        bytes[depth] += bytes[depth + 1];
        add(bound);
        if (depth == 0) {
            add(pixels);
        } else {
            data[depth] += pixels;
        }
    }

    private void name(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        update(JsonToken.PROPERTY_NAME, utf8);
        add(utf8.length);
        bytes[depth] += utf8.length + TokenBound.OF_A_VALUE;
        if (depth <= 2 && names.size() < MOST_NAMES) {
            names.add(name);
        }
    }

    private void value(JsonToken token, String text) {
        byte[] utf8 =
                token == JsonToken.VALUE_STRING || token.isNumeric() ? text.getBytes(StandardCharsets.UTF_8) : NONE;
        update(token, utf8);
        bytes[depth] += utf8.length + TokenBound.OF_A_VALUE;
        if (token != JsonToken.VALUE_STRING) {
            add(Math.max(utf8.length, TokenBound.OF_A_VALUE));
            return;
        }
        String name = depth > 0 ? parser.currentName() : null;
        if (content && name != null && TokenBound.isData(name, text)) {
            data[depth] += utf8.length;
            return;
        }
        if (gemini) {
            long media = GeminiMedia.bound(parser.streamReadContext(), text);
            add(media);
            if (media > 0 && "data".equals(name)) {
                return;
            }
        }
        textBytes += utf8.length;
        add(utf8.length);
        if ("type".equals(name)) {
            type(text);
        }
    }

    private void type(String type) {
        if (depth <= 2 && types.size() < MOST_TYPES) {
            types.add(type);
        }
        if (!content) {
            return;
        }
        if (TokenBound.isToolCall(type)) {
            shapes[depth] = Shape.TOOL_CALL;
        } else if (TokenBound.isImage(type)) {
            shapes[depth] = Shape.MEDIA;
            add(TokenBound.OF_AN_IMAGE);
        } else if (TokenBound.isElsewhere(type)) {
            shapes[depth] = Shape.MEDIA;
            add(TokenBound.UNBOUNDED);
        }
    }

    private void add(long bound) {
        bounds[depth] = TokenBound.plus(bounds[depth], bound);
    }

    private void update(JsonToken token, byte[] utf8) {
        digest.update((byte) token.id());
        digest.update(utf8);
        digest.update(END);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
