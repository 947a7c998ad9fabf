package ai.costauditor.ledger.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The short run; the long one is {@code bench/run model}. Repeat a failure with {@code -Dseed=…}. */
class ModelTest {

    private final long seed = Long.getLong("seed", System.nanoTime());

    @Test
    void everyAnswerIsTheModelsAndSoIsEveryEvent() throws Exception {
        System.out.println("ModelTest -Dseed=" + seed);
        ModelRun.Findings findings =
                new ModelRun(seed, new ModelRun.Size(6_000, 32, 480, Duration.ofHours(1))).run((done, events) -> {});
        System.out.println(findings);
        assertThat(findings.answers()).containsKeys("authorised", "refused: BUDGET_EXHAUSTED", "rule: CONFLICT");
        assertThat(findings.transactions()).as("batches of several").isLessThan(findings.events());
    }
}
