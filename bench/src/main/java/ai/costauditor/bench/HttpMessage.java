package ai.costauditor.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Just enough HTTP/1.1 to step over one message on a kept connection, so that the load costs less than what it measures. */
record HttpMessage(int status, String firstLine) {

    /** @return whether there was a message; false at the end of the connection */
    static boolean skip(InputStream in) throws IOException {
        return read(in) != null;
    }

    static @org.jspecify.annotations.Nullable HttpMessage read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        long length = 0;
        boolean chunked = false;
        for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            }
        }
        if (chunked) {
            skipChunks(in);
        } else {
            in.skipNBytes(length);
        }
        int status = first.startsWith("HTTP/") ? Integer.parseInt(first.substring(9, 12)) : 0;
        return new HttpMessage(status, first);
    }

    private static void skipChunks(InputStream in) throws IOException {
        for (long size = chunkSize(in); size > 0; size = chunkSize(in)) {
            in.skipNBytes(size + 2);
        }
        for (String trailer = line(in); trailer != null && !trailer.isEmpty(); trailer = line(in)) {
            continue;
        }
    }

    private static long chunkSize(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            throw new EOFException("the connection ended inside a chunked body");
        }
        return Long.parseLong(line.split(";", 2)[0].strip(), 16);
    }

    private static @org.jspecify.annotations.Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }
}
