package ai.costauditor.gateway.wire;

import java.util.Arrays;

/** The bytes of an event that is not whole yet. Between two events they need little memory, however large the last one was. */
final class HeldBytes {

    /** Bytes; most events are smaller, and between two of them a stream may be silent for minutes. */
    private static final int USUAL_EVENT = 512;

    private byte[] bytes = new byte[USUAL_EVENT];
    private int length;

    int length() {
        return length;
    }

    void add(byte b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        bytes[length++] = b;
    }

    /** All of them; the next event begins. */
    byte[] take() {
        byte[] taken = Arrays.copyOf(bytes, length);
        length = 0;
        if (bytes.length > USUAL_EVENT) {
            bytes = new byte[USUAL_EVENT];
        }
        return taken;
    }
}
