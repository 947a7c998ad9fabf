package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.CREATED;
import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files: what was uploaded comes back byte for byte. */
final class StubFiles {

    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)");
    private static final Pattern NAME = Pattern.compile("filename=\"([^\"]*)\"");

    private record File(String name, String purpose, byte[] content) {}

    private final Map<String, File> files = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    Optional<StubKept.Answer> answer(String verb, String id, String more, Headers headers, byte[] body) {
        if (verb.equals("POST")) {
            File file = file(headers.getFirst("Content-Type"), new String(body, StandardCharsets.ISO_8859_1));
            return Optional.of(StubKept.Answer.json(described(put(file.name, file.purpose, file.content))));
        }
        File found = files.get(id);
        return found == null
                ? Optional.empty()
                : Optional.of(
                        switch (verb + more) {
                            case "GET/content" -> StubKept.Answer.lines(found.content);
                            case "DELETE" -> {
                                files.remove(id);
                                yield StubKept.Answer.json(json(map("id", id, "object", "file", "deleted", true)));
                            }
                            default -> StubKept.Answer.json(described(id));
                        });
    }

    String put(String name, String purpose, byte[] content) {
        String id = "file-stub" + Long.toHexString(System.nanoTime()) + count.incrementAndGet();
        files.put(id, new File(name, purpose, content));
        return id;
    }

    byte[] content(String id) {
        File file = files.get(id);
        return file == null ? new byte[0] : file.content;
    }

    private String described(String id) {
        File file = files.get(id);
        return file == null
                ? "{}"
                : json(map(
                        "id",
                        id,
                        "object",
                        "file",
                        "bytes",
                        file.content.length,
                        "created_at",
                        CREATED,
                        "filename",
                        file.name,
                        "purpose",
                        file.purpose,
                        "status",
                        "processed"));
    }

    /** Bytes as characters of Latin-1, so that parts can be cut out of them. */
    private static File file(String type, String body) {
        Matcher boundary = BOUNDARY.matcher(type == null ? "" : type);
        String name = "file";
        String purpose = "user_data";
        String content = "";
        String mark = boundary.find() ? "--" + boundary.group(1) : "\0";
        for (String part : body.split(Pattern.quote(mark), -1)) {
            int head = part.indexOf("\r\n\r\n");
            if (head < 0) {
                continue;
            }
            String value = part.substring(head + 4, Math.max(head + 4, part.length() - 2));
            Matcher named = NAME.matcher(part.substring(0, head));
            if (named.find()) {
                name = named.group(1);
                content = value;
            } else if (part.substring(0, head).contains("name=\"purpose\"")) {
                purpose = value;
            }
        }
        return new File(name, purpose, content.getBytes(StandardCharsets.ISO_8859_1));
    }
}
