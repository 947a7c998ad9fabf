package ai.costauditor.ledger.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutputSizesTest {

    private final OutputSizes sizes = new OutputSizes();

    @Test
    void nothingIsBelievedOfAFewAnswers() {
        LongStream.range(1, OutputSizes.ENOUGH).forEach(n -> sizes.settled(100));
        assertThat(sizes.p99()).isEmpty();
        sizes.settled(100);
        assertThat(sizes.p99().orElseThrow()).isBetween(100L, 127L);
    }

    @Test
    void oneLongAnswerInAHundredIsLeftOutAndASecondOneIsNot() {
        LongStream.range(0, 99).forEach(n -> sizes.settled(10));
        sizes.settled(100_000);
        assertThat(sizes.p99().orElseThrow()).isBetween(10L, 15L);
        sizes.settled(100_000);
        assertThat(sizes.p99().orElseThrow()).isBetween(100_000L, 131_071L);
    }

    @Test
    void whatWasLongAgoCountsLess() {
        LongStream.range(0, 5_000).forEach(n -> sizes.settled(4_000));
        LongStream.range(0, 200_000).forEach(n -> sizes.settled(3));
        assertThat(sizes.p99()).hasValue(3);
    }

    @Test
    void ninetyNineOfAHundredAnswersAreNoLongerAndASnapshotSaysTheSame() {
        Random random = new Random(7);
        long[] answers =
                random.longs(5_000, 0, 1_000_000).map(n -> n % (1 + n % 997)).toArray();
        LongStream.of(answers).forEach(sizes::settled);
        long p99 = sizes.p99().orElseThrow();
        assertThat(LongStream.of(answers).filter(n -> n > p99).count()).isLessThanOrEqualTo(50);

        OutputSizes restored = new OutputSizes();
        restored.restore(sizes.state());
        assertThat(restored.p99()).isEqualTo(sizes.p99());
        assertThat(restored.state()).isEqualTo(sizes.state());
    }
}
