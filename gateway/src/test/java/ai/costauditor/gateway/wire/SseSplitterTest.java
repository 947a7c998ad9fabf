package ai.costauditor.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SseSplitterTest {

    private static final String STREAM =
            ": a comment\n\ndata: {\"a\":\"ü\"}\n\nevent: message_delta\r\ndata: one\r\ndata: two\r\n\r\n"
                    + "data:no space\r\rid: 7\ndata: x\n\n: ping\n\ndata: [DONE]\n\nrest without an end";

    private static final List<String> DATA = List.of("", "{\"a\":\"ü\"}", "one\ntwo", "no space", "x", "", "[DONE]");

    private record Cut(List<String> data, String bytes) {}

    private static Cut cut(byte[] stream, List<Integer> sizes) {
        SseSplitter splitter = new SseSplitter();
        List<String> data = new ArrayList<>();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        for (int size : sizes) {
            byte[] piece = java.util.Arrays.copyOfRange(stream, at, at + size);
            splitter.feed(piece, size, event -> {
                data.add(event.data());
                bytes.writeBytes(event.raw());
            });
            at += size;
        }
        bytes.writeBytes(splitter.rest().raw());
        return new Cut(data, bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void everyPlaceOfACutGivesTheSameEventsAndBytes() {
        byte[] stream = STREAM.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at <= stream.length; at++) {
            assertThat(cut(stream, List.of(at, stream.length - at)))
                    .as("cut at %d", at)
                    .isEqualTo(new Cut(DATA, STREAM));
        }
    }

    @Test
    void oneByteAtATimeGivesTheSameEventsAndBytes() {
        byte[] stream = STREAM.getBytes(StandardCharsets.UTF_8);
        assertThat(cut(stream, java.util.Collections.nCopies(stream.length, 1))).isEqualTo(new Cut(DATA, STREAM));
    }

    @Test
    void randomBytesAreNeitherChangedNorLost() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] noise = new byte[random.nextInt(300)];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (byte) "\r\n: dataevent{}ü".charAt(random.nextInt(16));
            }
            List<Integer> sizes = new ArrayList<>();
            for (int left = noise.length; left > 0; ) {
                int size = 1 + random.nextInt(Math.min(left, 20));
                sizes.add(size);
                left -= size;
            }
            assertThat(cut(noise, sizes).bytes())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(new String(noise, StandardCharsets.UTF_8));
        }
    }
}
