package ai.costauditor.gateway.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;

/**
 * How long a file of sound lasts, in seconds, as far as the file tells without decoding it: WAV by its size, MP3 by its
 * frames, FLAC, Ogg and MP4 by what they say of themselves.
 */
final class AudioLength {

    /** Opus and MP3 go down to about 6 kbit/s: a file does not last longer than this makes of its bytes. */
    private static final double FEWEST_BYTES_A_SECOND = 750;

    /** 128 kbit/s, what a file that does not tell is taken for in an estimate. */
    private static final double USUAL_BYTES_A_SECOND = 16_000;

    private static final int[] MPEG1 = {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    private static final int[] MPEG2 = {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
    private static final int[] RATES = {44_100, 48_000, 32_000};

    private final ByteBuffer file;

    private AudioLength(byte[] bytes, int from, int to) {
        file = ByteBuffer.wrap(bytes, from, to - from).slice();
    }

    /** Seconds; no file that is honest lasts longer. */
    static double bound(byte[] bytes, int from, int to) {
        double bySize = (to - from) / FEWEST_BYTES_A_SECOND;
        OptionalDouble told = told(bytes, from, to);
        boolean plain = to - from > 4 && startsWith(bytes, from, "RIFF");
        return plain && told.isPresent() ? told.getAsDouble() : Math.max(bySize, told.orElse(0));
    }

    /** Seconds, as likely as can be said. */
    static double estimate(byte[] bytes, int from, int to) {
        return told(bytes, from, to).orElse((to - from) / USUAL_BYTES_A_SECOND);
    }

    /** What the file itself says; nothing if it is of another kind, or damaged. */
    static OptionalDouble told(byte[] bytes, int from, int to) {
        double seconds;
        try {
            seconds = new AudioLength(bytes, from, to).seconds();
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return OptionalDouble.empty(); // it breaks off: the size has to do
        }
        return seconds > 0 && Double.isFinite(seconds) ? OptionalDouble.of(seconds) : OptionalDouble.empty();
    }

    private static boolean startsWith(byte[] bytes, int from, String text) {
        return new String(bytes, from, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    private double seconds() {
        return switch (text(0)) {
            case "RIFF" -> wav();
            case "fLaC" -> flac();
            case "OggS" -> ogg();
            default -> text(4).equals("ftyp") ? mp4(0, file.limit()) : mp3();
        };
    }

    private String text(int at) {
        byte[] four = new byte[4];
        file.get(at, four);
        return new String(four, StandardCharsets.ISO_8859_1);
    }

    /** What a writer that streams says of the size is not true: what is there counts. */
    private double wav() {
        long bytesPerSecond = 0;
        for (int at = 12; at + 8 <= file.limit(); ) {
            long size = little(at + 4);
            if (text(at).equals("fmt ")) {
                bytesPerSecond = little(at + 16);
            } else if (text(at).equals("data")) {
                return (double) Math.min(size, file.limit() - at - 8) / bytesPerSecond;
            }
            at = Math.toIntExact(Math.min(Integer.MAX_VALUE - 8L, at + 8 + size + size % 2));
        }
        return 0;
    }

    private long little(int at) {
        return Integer.toUnsignedLong(Integer.reverseBytes(file.getInt(at)));
    }

    private double flac() {
        long packed = file.getLong(18);
        return (double) (packed & 0xFFFFFFFFFL) / (packed >>> 44);
    }

    /** The last position of each stream in it, one behind the other. */
    private double ogg() {
        double done = 0;
        double current = 0;
        double rate = 48_000;
        for (int at = 0; at + 27 <= file.limit() && text(at).equals("OggS"); ) {
            int segments = Byte.toUnsignedInt(file.get(at + 26));
            int body = at + 27 + segments;
            if ((file.get(at + 5) & 2) != 0) {
                done += current;
                current = 0;
                rate = text(body + 1).equals("vorb") ? little(body + 12) : 48_000;
            }
            long position = Long.reverseBytes(file.getLong(at + 6));
            current = Math.max(current, position / rate);
            at = body;
            for (int i = 0; i < segments; i++) {
                at += Byte.toUnsignedInt(file.get(body - segments + i));
            }
        }
        return done + current;
    }

    private double mp4(int from, int to) {
        for (int at = from; at + 8 <= to; ) {
            long size = Integer.toUnsignedLong(file.getInt(at));
            int head = size == 1 ? 16 : 8;
            size = size == 1 ? file.getLong(at + 8) : size == 0 ? to - at : size;
            String kind = text(at + 4);
            if (kind.equals("moov")) {
                return mp4(at + head, Math.toIntExact(Math.min(to, at + size)));
            }
            if (kind.equals("mvhd")) {
                boolean wide = file.get(at + head) == 1;
                double scale = Integer.toUnsignedLong(file.getInt(at + head + (wide ? 20 : 12)));
                return (wide ? file.getLong(at + head + 24) : Integer.toUnsignedLong(file.getInt(at + head + 16)))
                        / scale;
            }
            if (size < head || size > to - at) {
                return 0;
            }
            at += (int) size;
        }
        return 0;
    }

    /** Frame by frame: each tells its own length, so that a changing bit rate is no matter. */
    private double mp3() {
        int at = 0;
        if (text(0).startsWith("ID3")) {
            at = 10 + (file.get(6) << 21 | file.get(7) << 14 | file.get(8) << 7 | file.get(9));
        }
        double seconds = 0;
        while (at + 4 <= file.limit()) {
            int head = file.getInt(at);
            int version = head >> 19 & 3;
            int bits = head >> 12 & 15;
            int rate = head >> 10 & 3;
            boolean frame = head >>> 21 == 0x7FF && (head >> 17 & 3) == 1 && version != 1 && rate != 3;
            if (!frame || bits == 0 || bits == 15) {
                return text(at).startsWith("TAG") || seconds > 0 ? seconds : 0;
            }
            boolean first = version == 3;
            int hertz = RATES[rate] / (first ? 1 : version == 2 ? 2 : 4);
            int samples = first ? 1152 : 576;
            seconds += (double) samples / hertz;
            at += samples / 8 * 1000 * (first ? MPEG1 : MPEG2)[bits - 1] / hertz + (head >> 9 & 1);
        }
        return seconds;
    }
}
