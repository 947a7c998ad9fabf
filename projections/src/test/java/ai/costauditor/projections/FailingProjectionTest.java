package ai.costauditor.projections;

import static ai.costauditor.projections.ReadSide.ACME;
import static ai.costauditor.projections.ReadSide.IDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.projections.usage.Calls;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class FailingProjectionTest {

    @Test
    void whatCannotBeWrittenIsNotSkippedButSeenAndWrittenLater() {
        try (ReadSide readSide = new ReadSide()) {
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            readSide.bean(ProjectionMeters.class).bindTo(meters);
            KeyId key = readSide.key("stuck", ZoneId.of("UTC"), null);
            readSide.catchUp();

            readSide.database()
                    .sql("alter table usage_call rename to usage_gone")
                    .update();
            CallId call = readSide.call(key, "a", "0.1", Instant.parse("2026-01-01T00:00:00Z"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            meters.get("auditor.projection.failing").gauge().value() == 1);
            assertThat(meters.get("auditor.projection.lag").gauge().value()).isPositive();

            readSide.database()
                    .sql("alter table usage_gone rename to usage_call")
                    .update();
            readSide.catchUp();
            assertThat(readSide.bean(Calls.class).find(Sight.of(ACME), call, IDS))
                    .isPresent();
        }
    }
}
