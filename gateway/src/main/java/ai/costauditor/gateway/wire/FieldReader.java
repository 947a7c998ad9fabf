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
    private final MessageDigest digest = sha256();
    private final List<String> types = new ArrayList<>(0);
    private final Set<String> names = new HashSet<>(0);
    private long[] bounds = new long[16];
    private int depth;
    private long textBytes;

    /** @param field its name, which tells how images and files are written in it */
    FieldReader(JsonParser parser, String field) {
        this.parser = parser;
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
        }
        bounds[depth] = token == JsonToken.START_OBJECT ? TokenBound.OF_AN_OBJECT : 0;
    }

    private void close(JsonToken token) {
        digest.update((byte) token.id());
        long bound = bounds[depth];
        depth--;
        add(bound);
    }

    private void name(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        update(JsonToken.PROPERTY_NAME, utf8);
        add(utf8.length);
        if (depth <= 2 && names.size() < MOST_NAMES) {
            names.add(name);
        }
    }

    private void value(JsonToken token, String text) {
        byte[] utf8 =
                token == JsonToken.VALUE_STRING || token.isNumeric() ? text.getBytes(StandardCharsets.UTF_8) : NONE;
        update(token, utf8);
        if (token != JsonToken.VALUE_STRING) {
            add(Math.max(utf8.length, TokenBound.OF_A_VALUE));
            return;
        }
        String name = depth > 0 ? parser.currentName() : null;
        if (content && name != null && TokenBound.isData(name, text)) {
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
        if (content && TokenBound.isImage(type)) {
            add(TokenBound.OF_AN_IMAGE);
        } else if (content && TokenBound.isElsewhere(type)) {
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

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
