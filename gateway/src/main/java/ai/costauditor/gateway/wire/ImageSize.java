package ai.costauditor.gateway.wire;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Width and height of an image in Base64, read from the head of its file. */
record ImageSize(long width, long height) {

    private static final int JPEG = 0xFFD8;
    private static final long PNG = 0x89504E470D0A1A0AL;
    private static final int RIFF = 0x52494646;
    private static final int WEBP = 0x57454250;

    /** Of PNG, JPEG and still WebP; empty for everything else. */
    static Optional<ImageSize> of(String base64) {
        boolean forUrls = base64.indexOf('-') >= 0 || base64.indexOf('_') >= 0;
        Base64.Decoder decoder = forUrls ? Base64.getUrlDecoder() : Base64.getMimeDecoder();
        InputStream text = new ByteArrayInputStream(base64.getBytes(StandardCharsets.ISO_8859_1));
        try (DataInputStream in = new DataInputStream(decoder.wrap(text))) {
            int start = in.readUnsignedShort();
            ImageSize size = start == JPEG ? jpeg(in) : other(start, in);
            return size.width > 0 && size.height > 0 ? Optional.of(size) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static ImageSize other(int start, DataInputStream in) throws IOException {
        int next = in.readUnsignedShort();
        int head = start << 16 | next;
        int second = in.readInt();
        if ((((long) head) << 32 | second & 0xFFFFFFFFL) == PNG) {
            in.readLong();
            return new ImageSize(in.readInt(), in.readInt());
        }
        if (head == RIFF && in.readInt() == WEBP) {
            return webp(new String(in.readNBytes(4), StandardCharsets.ISO_8859_1), in);
        }
        throw new IOException("no image that we know");
    }

    /** The segments in front of the frame are passed over: profiles, previews, comments. */
    private static ImageSize jpeg(DataInputStream in) throws IOException {
        while (true) {
            int marker = in.readUnsignedShort();
            while (marker == 0xFFFF) {
                marker = 0xFF00 | in.readUnsignedByte();
            }
            int length = in.readUnsignedShort();
            boolean frame =
                    marker >= 0xFFC0 && marker <= 0xFFCF && marker != 0xFFC4 && marker != 0xFFC8 && marker != 0xFFCC;
            if (frame) {
                in.readUnsignedByte();
                long height = in.readUnsignedShort();
                return new ImageSize(in.readUnsignedShort(), height);
            }
            if (marker >> 8 != 0xFF || marker == 0xFFDA || length < 2) {
                throw new IOException("a JPEG without a frame");
            }
            in.skipNBytes(length - 2);
        }
    }

    private static ImageSize webp(String kind, DataInputStream in) throws IOException {
        in.readInt();
        byte[] head = in.readNBytes(10);
        if (head.length < 10) {
            throw new IOException("a WebP that breaks off");
        }
        return switch (kind) {
            case "VP8 " -> new ImageSize(bits(head, 6, 2) & 0x3FFF, bits(head, 8, 2) & 0x3FFF);
            case "VP8L" -> new ImageSize((bits(head, 1, 4) & 0x3FFF) + 1, (bits(head, 1, 4) >> 14 & 0x3FFF) + 1);
            case "VP8X" -> {
                boolean moves = (head[0] & 2) != 0;
                yield moves ? new ImageSize(0, 0) : new ImageSize(bits(head, 4, 3) + 1, bits(head, 7, 3) + 1);
            }
            default -> throw new IOException("a WebP that we do not know");
        };
    }

    private static long bits(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | bytes[from + i] & 0xFF;
        }
        return value;
    }
}
