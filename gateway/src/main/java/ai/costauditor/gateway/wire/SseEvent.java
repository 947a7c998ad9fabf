package ai.costauditor.gateway.wire;

import java.nio.charset.StandardCharsets;

/**
 * One event of a stream: of a {@code text/event-stream} (WHATWG HTML, section 9.2), or what corresponds to it elsewhere.
 *
 * @param raw the bytes as they came, with what ends them
 * @param name of the event, empty if it has none
 * @param data the data lines, joined
 */
public record SseEvent(byte[] raw, String name, String data) {

    static SseEvent of(byte[] raw) {
        String name = "";
        StringBuilder data = new StringBuilder(raw.length);
        int from = startsWithByteOrderMark(raw) ? 3 : 0;
        while (from < raw.length) {
            int to = from;
            while (to < raw.length && raw[to] != '\n' && raw[to] != '\r') {
                to++;
            }
            if (starts(raw, from, to, "data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(value(raw, from + 5, to));
            } else if (starts(raw, from, to, "event:")) {
                name = value(raw, from + 6, to);
            }
            from = to + 1;
        }
        return new SseEvent(raw, name, data.toString());
    }

    private static boolean startsWithByteOrderMark(byte[] raw) {
        return raw.length >= 3 && raw[0] == (byte) 0xEF && raw[1] == (byte) 0xBB && raw[2] == (byte) 0xBF;
    }

    private static boolean starts(byte[] raw, int from, int to, String field) {
        if (to - from < field.length()) {
            return false;
        }
        for (int i = 0; i < field.length(); i++) {
            if (raw[from + i] != field.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String value(byte[] raw, int from, int to) {
        int start = from < to && raw[from] == ' ' ? from + 1 : from;
        return new String(raw, start, to - start, StandardCharsets.UTF_8);
    }
}
