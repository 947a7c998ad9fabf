package ai.costauditor.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Files of silence that last as long as a test wants. */
public final class Sounds {

    private Sounds() {}

    /** 8,000 samples a second of 16 bits. */
    public static byte[] wav(int seconds) {
        int size = seconds * 16_000;
        ByteBuffer file = ByteBuffer.allocate(44 + size).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes()).putInt(36 + size).put("WAVEfmt ".getBytes()).putInt(16);
        file.putShort((short) 1)
                .putShort((short) 1)
                .putInt(8_000)
                .putInt(16_000)
                .putShort((short) 2);
        file.putShort((short) 16).put("data".getBytes()).putInt(size);
        return file.array();
    }

    /** Frames of 1,152 samples at 44,100 a second and 128 kbit/s, behind a tag. */
    public static byte[] mp3(int frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {'I', 'D', '3', 4, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4, 5});
        byte[] frame = new byte[417];
        frame[0] = (byte) 0xFF;
        frame[1] = (byte) 0xFB;
        frame[2] = (byte) 0x90;
        for (int i = 0; i < frames; i++) {
            out.writeBytes(frame);
        }
        return out.toByteArray();
    }
}
