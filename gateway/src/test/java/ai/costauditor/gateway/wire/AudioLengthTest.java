package ai.costauditor.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.costauditor.gateway.Sounds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AudioLengthTest {

    private static double estimate(byte[] file) {
        return AudioLength.estimate(file, 0, file.length);
    }

    private static double bound(byte[] file) {
        return AudioLength.bound(file, 0, file.length);
    }

    @Test
    void aWavLastsAsLongAsItsSamples() {
        assertThat(estimate(Sounds.wav(60))).isEqualTo(60);
        assertThat(bound(Sounds.wav(60))).isEqualTo(60);
    }

    @Test
    void anMp3LastsAsLongAsItsFrames() {
        assertThat(estimate(Sounds.mp3(1_000))).isCloseTo(1_000 * 1_152 / 44_100.0, within(1e-9));
        assertThat(bound(Sounds.mp3(1_000))).isGreaterThan(26);
    }

    @Test
    void flacOggAndMp4TellTheirLength() {
        ByteBuffer flac = ByteBuffer.allocate(42).put("fLaC".getBytes());
        flac.putLong(18, 44_100L << 44 | 441_000);
        assertThat(estimate(flac.array())).isEqualTo(10);

        ByteBuffer ogg = ByteBuffer.allocate(60).order(ByteOrder.LITTLE_ENDIAN);
        ogg.put("OggS".getBytes()).put((byte) 0).put((byte) 2).putLong(96_000);
        ogg.position(26).put((byte) 1).put((byte) 10).put("OpusHead".getBytes());
        assertThat(estimate(ogg.array())).isEqualTo(2);

        ByteBuffer mp4 = ByteBuffer.allocate(60).putInt(8).put("ftyp".getBytes());
        mp4.putInt(44).put("moov".getBytes()).putInt(36).put("mvhd".getBytes());
        mp4.putInt(36, 1_000).putInt(40, 7_500);
        assertThat(estimate(mp4.array())).isEqualTo(7.5);
    }

    @Test
    void whatTellsNothingIsBoundAndEstimatedByItsSize() {
        byte[] unknown = new byte[48_000];
        assertThat(estimate(unknown)).isEqualTo(3);
        assertThat(bound(unknown)).isEqualTo(64);
    }

    @Test
    void noFileHoweverDamagedBreaksTheReader() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] file =
                    switch (i % 3) {
                        case 0 -> Sounds.wav(1);
                        case 1 -> Sounds.mp3(3);
                        default -> new byte[200];
                    };
            for (int j = 0; j < 8; j++) {
                file[random.nextInt(Math.min(64, file.length))] = (byte) random.nextInt(256);
            }
            byte[] kind = new String[] {"RIFF", "fLaC", "OggS", "ID3\4"}[random.nextInt(4)].getBytes();
            System.arraycopy(kind, 0, file, 0, 4);
            assertThat(bound(file)).as("seed " + seed).isPositive().isFinite();
        }
    }
}
