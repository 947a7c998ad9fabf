package ai.costauditor.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A request and the provider's answer to it, as they look on the wire, with what must come of it. Such a file is read from
 * {@code src/test/resources/exchanges}; its README says how it is written.
 *
 * @param expected what stands at the top of the file, by name
 * @param body of the answer, as the provider sends it
 * @param shown what the client must get of it
 */
record Exchange(
        String name,
        Map<String, String> expected,
        String path,
        List<String> requestHeaders,
        byte[] request,
        String status,
        List<String> headers,
        byte[] body,
        byte[] shown) {

    static final Path FOLDER = Path.of("src/test/resources/exchanges");

    static List<Exchange> all() {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".http"))
                    .sorted()
                    .map(Exchange::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Exchange of(String name) {
        return read(FOLDER.resolve(name + ".http"));
    }

    private static Exchange read(Path file) {
        try {
            String text = Files.readString(file);
            Map<String, String> expected = new TreeMap<>();
            before(text, "=== request\n").lines().forEach(line -> {
                String[] parts = line.split(": ?", 2);
                expected.put(parts[0], parts[1]);
            });
            String asked = between(text, "=== request\n", "\n=== response\n");
            String answered = between(text, "\n=== response\n", "\n=== end");
            String[] answer = answered.split("\n=== shown\n", 2);
            List<String> head = before(answer[0], "\n\n").lines().toList();
            List<String> requestHead = before(asked, "\n\n").lines().toList();
            byte[] body = sent(expected.get("sends"), after(answer[0], "\n\n"));
            return new Exchange(
                    FOLDER.relativize(file).toString().replaceFirst("\\.http$", ""),
                    expected,
                    requestHead.getFirst().replaceFirst("^POST ", ""),
                    requestHead.subList(1, requestHead.size()),
                    after(asked, "\n\n").getBytes(UTF_8),
                    head.getFirst().replaceFirst("^HTTP/1.1 ", ""),
                    head.subList(1, head.size()),
                    body,
                    answer.length > 1 ? sent(expected.get("sends"), answer[1]) : body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] sent(@Nullable String how, String body) throws IOException {
        if ("crlf".equals(how)) {
            return body.replace("\n", "\r\n").getBytes(UTF_8);
        }
        if (!"gzip".equals(how)) {
            return body.getBytes(UTF_8);
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(body.getBytes(UTF_8));
        }
        return packed.toByteArray();
    }

    /** The same exchange with other bytes, which the client must get as they are. */
    Exchange damaged(byte[] bytes, boolean cut) {
        Map<String, String> how = new TreeMap<>(expected);
        how.put("ends", cut ? "cut" : "clean");
        return new Exchange(name, how, path, requestHeaders, request, status, headers, bytes, bytes);
    }

    int code() {
        return Integer.parseInt(status.substring(0, 3));
    }

    boolean isStream() {
        return name.endsWith(".stream");
    }

    boolean isCut() {
        return "cut".equals(expected.get("ends"));
    }

    boolean isPacked() {
        return "gzip".equals(expected.get("sends"));
    }

    /** A stream is unpacked on its way, an answer at once is not. */
    byte[] seen() {
        if (!isPacked() || !isStream()) {
            return shown;
        }
        try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(shown))) {
            return unpacked.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer in pieces, as a network may cut it. */
    List<byte[]> pieces(UnaryOperator<Integer> length) {
        Stream.Builder<byte[]> pieces = Stream.builder();
        for (int at = 0; at < body.length; ) {
            int size = Math.clamp(length.apply(at), 1, body.length - at);
            pieces.add(Arrays.copyOfRange(body, at, at + size));
            at += size;
        }
        return pieces.build().toList();
    }

    /** Up to the end of the event that begins there. */
    int event(int from) {
        String text = new String(body, from, body.length - from, java.nio.charset.StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\n\n");
        return end < 0 ? body.length - from : end + 2;
    }

    ScriptedUpstream.Script script(List<byte[]> pieces) {
        return (request, out) -> {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
            headers.forEach(header -> head.append(header).append("\r\n"));
            if (isPacked()) {
                head.append("content-encoding: gzip\r\n");
            }
            out.write((head + "transfer-encoding: chunked\r\n\r\n").getBytes(UTF_8));
            for (byte[] piece : pieces) {
                out.write(ScriptedUpstream.chunk(piece));
                out.flush();
            }
            if (isCut()) {
                throw new IOException("cut, as the exchange says");
            }
            out.write(ScriptedUpstream.end());
        };
    }

    Map<String, String> figures(String which) {
        String text = expected.getOrDefault(which, "");
        return text.isBlank()
                ? Map.of()
                : Arrays.stream(text.split(" "))
                        .map(figure -> figure.split("="))
                        .collect(Collectors.toMap(figure -> figure[0], figure -> figure[1]));
    }

    private static String before(String text, String mark) {
        int at = text.indexOf(mark);
        return at < 0 ? text : text.substring(0, at);
    }

    private static String after(String text, String mark) {
        int at = text.indexOf(mark);
        return at < 0 ? "" : text.substring(at + mark.length());
    }

    private static String between(String text, String from, String to) {
        return before(after(text, from), to);
    }

    @Override
    public String toString() {
        return name;
    }
}
