package ai.costauditor.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

class FrameSplitterTest {

    private static byte[] frame(int payload) {
        return FrameSplitter.frame(Map.of(":message-type", "event", ":event-type", "e" + payload), new byte[payload]);
    }

    @Test
    void framesComeOutAsTheyWereHoweverTheyWereCut() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int payload = random.nextInt(3) == 0 ? random.nextInt(20_000) : random.nextInt(40);
                sent.writeBytes(frame(payload));
                names.add("e" + payload);
            }
            byte[] all = sent.toByteArray();
            int kept = random.nextInt(all.length + 1);
            FrameSplitter splitter = new FrameSplitter();
            List<String> seen = new ArrayList<>();
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            for (int at = 0; at < kept; ) {
                int size = Math.min(kept - at, 1 + random.nextInt(random.nextBoolean() ? 5 : 5_000));
                splitter.feed(Arrays.copyOfRange(all, at, at + size), size, event -> {
                    seen.add(event.name());
                    got.writeBytes(event.raw());
                });
                at += size;
            }
            got.writeBytes(splitter.rest().raw());
            assertThat(got.toByteArray()).as("seed %d", seed).isEqualTo(Arrays.copyOf(all, kept));
            assertThat(seen).as("seed %d", seed).isEqualTo(names.subList(0, seen.size()));
            assertThat(kept < all.length || seen.size() == names.size())
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void aFrameWithWrongChecksumsIsPassedOnAndSaysNothing() {
        byte[] damaged = frame(30);
        damaged[damaged.length - 10] ^= 1;
        List<SseEvent> events = new ArrayList<>();
        new FrameSplitter().feed(damaged, damaged.length, events::add);
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().raw()).isEqualTo(damaged);
        assertThat(events.getFirst().name()).isEmpty();
    }

    @Test
    void anErrorOfOursIsAnExceptionInTheStream() {
        FrameSplitter splitter = new FrameSplitter();
        byte[] frame = splitter.error("{\"message\":\"sorry\"}".getBytes(StandardCharsets.UTF_8));
        List<SseEvent> events = new ArrayList<>();
        splitter.feed(frame, frame.length, events::add);
        assertThat(events).extracting(SseEvent::name).containsExactly(FrameSplitter.EXCEPTION);
        assertThat(Message.decode(ByteBuffer.wrap(frame)).getHeaders())
                .containsEntry(":message-type", HeaderValue.fromString("exception"))
                .containsEntry(":exception-type", HeaderValue.fromString("serviceUnavailableException"));
        assertThat(events).extracting(SseEvent::data).containsExactly("{\"message\":\"sorry\"}");
        assertThat(splitter.comment("cost")).isEmpty();
    }

    @Test
    void whatIsNoFrameIsPassedOnAtOnceAndSoIsWhatFollows() {
        FrameSplitter splitter = new FrameSplitter();
        List<SseEvent> events = new ArrayList<>();
        byte[] page = "<html>no frames here</html>".getBytes(StandardCharsets.UTF_8);
        splitter.feed(page, page.length, events::add);
        splitter.feed(frame(3), 10, events::add);
        assertThat(events).extracting(SseEvent::raw).containsExactly(page, Arrays.copyOf(frame(3), 10));
    }
}
