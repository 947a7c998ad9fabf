package ai.costauditor.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads a form with files (RFC 7578) where it lies: no byte is copied but for short texts, and none is changed. What two
 * readers could understand in two ways is refused, because the provider might read the other one.
 */
final class Multipart {

    /** Between a name that occurs again and its number; no name holds it. */
    static final char REPEATED = '\0';

    private static final int MOST_PARTS = 128;
    private static final int LARGEST_HEAD = 8 * 1024;
    private static final int LARGEST_TEXT = 1024 * 1024;

    private static final Pattern BOUNDARY =
            Pattern.compile(";\\s*boundary\\s*=\\s*(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))", Pattern.CASE_INSENSITIVE);

    private static final Pattern PARAMETER = Pattern.compile(";\\s*([\\w*-]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;\"]*))");

    /** Files that some clients send several of under one plain name. */
    private static final Set<String> MAY_REPEAT = Set.of("image");

    private static final Set<String> NOT_ENCODED = Set.of("7bit", "8bit", "binary");

    private final byte[] bytes;
    private final byte[] delimiter;
    private final Map<String, RequestBody.Field> fields = new TreeMap<>();

    private Multipart(byte[] bytes, String boundary) {
        this.bytes = bytes;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** @throws BadRequest if it is no form, or one that is not clear */
    static RequestBody read(byte[] bytes, @Nullable String contentType) {
        if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            throw new BadRequest("the request body must be multipart/form-data");
        }
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            throw new BadRequest("the multipart body has no boundary in its Content-Type");
        }
        Multipart form = new Multipart(bytes, boundary.group(1) == null ? boundary.group(2) : boundary.group(1));
        form.readParts();
        return RequestBody.ofForm(bytes, form.fields);
    }

    private void readParts() {
        if (!isAt(0, 2)) {
            throw new BadRequest("the multipart body does not start with its boundary");
        }
        int at = delimiter.length - 2;
        while (!startsWith(at, "--")) {
            if (!startsWith(at, "\r\n")) {
                throw new BadRequest("a boundary of the multipart body does not end its line");
            }
            at = part(at + 2);
        }
        int rest = at + 2;
        boolean empty = rest == bytes.length || rest + 2 == bytes.length && startsWith(rest, "\r\n");
        if (!empty) {
            throw new BadRequest("the multipart body goes on behind its end");
        }
    }

    /** @return where the boundary behind it ends */
    private int part(int from) {
        int headEnd = indexOf(
                "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1), from, Math.min(bytes.length, from + LARGEST_HEAD));
        int end = headEnd < 0 ? -1 : indexOf(delimiter, headEnd + 2, bytes.length);
        if (end < headEnd + 4 || indexOf(delimiter, from, headEnd) >= 0) {
            throw new BadRequest("a part of the multipart body breaks off");
        }
        Map<String, String> disposition = disposition(new String(bytes, from, headEnd - from, StandardCharsets.UTF_8));
        String name = disposition.get("name");
        if (name == null || name.isEmpty() || name.length() > 128 || name.indexOf(REPEATED) >= 0) {
            throw new BadRequest("a part of the multipart body has no name");
        }
        add(name, field(name, headEnd + 4, end, disposition.containsKey("filename")));
        return end + delimiter.length;
    }

    private void add(String name, RequestBody.Field field) {
        if (fields.putIfAbsent(name, field) == null) {
            return;
        }
        if (!name.endsWith("[]") && !MAY_REPEAT.contains(name)) {
            throw new BadRequest("the parameter '" + name + "' occurs twice");
        }
        if (fields.size() >= MOST_PARTS) {
            throw new BadRequest("the multipart body has more than " + MOST_PARTS + " parts");
        }
        fields.put("%s%s%03d".formatted(name, REPEATED, fields.size()), field);
    }

    private static Map<String, String> disposition(String head) {
        String found = null;
        for (String line : head.split("\r\n", -1)) {
            String[] parts = line.split(":", 2);
            String value = parts.length == 2 ? parts[1].strip() : "";
            switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
                case "content-disposition" -> {
                    if (found != null) {
                        throw new BadRequest("a part of the multipart body has two names");
                    }
                    found = value;
                }
                case "content-transfer-encoding" -> {
                    if (!NOT_ENCODED.contains(value.toLowerCase(Locale.ROOT))) {
                        throw new BadRequest("a part of the multipart body is encoded, which is not understood");
                    }
                }
                default -> {}
            }
        }
        if (found == null || !found.toLowerCase(Locale.ROOT).startsWith("form-data")) {
            throw new BadRequest("a part of the multipart body has no name");
        }
        Map<String, String> parameters = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(found.replace("\\\"", "%22"));
        while (parameter.find()) {
            String key = parameter.group(1).toLowerCase(Locale.ROOT);
            String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
            if (key.equals("name*") || parameters.put(key, value) != null) {
                throw new BadRequest("a part of the multipart body has two names");
            }
        }
        return parameters;
    }

    private RequestBody.Field field(String name, int from, int to, boolean file) {
        int length = to - from;
        if (!file && length > LARGEST_TEXT) {
            throw new BadRequest("the parameter '" + name + "' is too long");
        }
        return new RequestBody.Field(
                from,
                to,
                file ? JsonToken.VALUE_EMBEDDED_OBJECT : JsonToken.VALUE_STRING,
                file ? null : new String(bytes, from, length, StandardCharsets.UTF_8),
                file ? TokenBound.UNBOUNDED : length,
                file ? 0 : length,
                List.of(),
                Set.of(),
                digest(from, length));
    }

    private byte[] digest(int from, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, from, length);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** Whether the boundary stands here, without the first bytes of the line end in front of it. */
    private boolean isAt(int at, int without) {
        if (bytes.length - at < delimiter.length - without) {
            return false;
        }
        for (int i = without; i < delimiter.length; i++) {
            if (bytes[at + i - without] != delimiter[i]) {
                return false;
            }
        }
        return true;
    }

    private boolean startsWith(int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (at + i >= bytes.length || bytes[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int indexOf(byte[] wanted, int from, int to) {
        for (int at = from; at <= to - wanted.length; at++) {
            int i = 0;
            while (i < wanted.length && bytes[at + i] == wanted[i]) {
                i++;
            }
            if (i == wanted.length) {
                return at;
            }
        }
        return -1;
    }
}
