package ai.costauditor.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * Frames of {@code application/vnd.amazon.eventstream}, written from the format's description and not by the library that
 * reads them: total length, length of the headers, checksum of both, headers, payload, checksum of everything.
 */
final class Frames {

    private Frames() {}

    static byte[] event(String type, String payload) {
        return frame("event", ":event-type", type, payload);
    }

    static byte[] exception(String type, String message) {
        return frame("exception", ":exception-type", type, "{\"message\":\"" + message + "\"}");
    }

    /** A piece of an answer in the format of the model's maker. */
    static byte[] chunk(String json) {
        String bytes = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        return event("chunk", "{\"bytes\":\"" + bytes + "\",\"p\":\"abcdefgh\"}");
    }

    static byte[] of(byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(frames).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] frame(String messageType, String typeName, String type, String payload) {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        header(headers, typeName, type);
        header(headers, ":content-type", "application/json");
        header(headers, ":message-type", messageType);
        byte[] body = payload.getBytes(StandardCharsets.UTF_8);
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(4 + 4 + 4 + headers.size() + body.length + 4);
            out.writeInt(headers.size());
            out.writeInt(checksum(bytes));
            headers.writeTo(out);
            out.write(body);
            out.writeInt(checksum(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The length of the name in a byte, the name, 7 for a string, the length of the value in two bytes, the value. */
    private static void header(ByteArrayOutputStream out, String name, String value) {
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
        out.write(7);
        out.write(value.length() >> 8);
        out.write(value.length());
        out.writeBytes(value.getBytes(StandardCharsets.UTF_8));
    }

    private static int checksum(ByteArrayOutputStream bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes.toByteArray());
        return (int) crc.getValue();
    }
}
