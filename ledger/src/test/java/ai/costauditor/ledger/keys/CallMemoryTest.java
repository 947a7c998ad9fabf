package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.keys.CallMemory.End;
import ai.costauditor.ledger.keys.CallMemory.Past;
import ai.costauditor.ledger.money.Money;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CallMemoryTest {

    private static final CallId FIRST = new CallId("call_1");
    private static final CallId SECOND = new CallId("call_2");
    private static final CallId THIRD = new CallId("call_3");

    private final CallMemory memory = new CallMemory();

    @Test
    void whatIsOldIsForgottenAndMayBeLookedUp() {
        memory.remember(FIRST, ended(NOON), null);
        memory.remember(SECOND, ended(NOON.plusSeconds(10)), null);
        assertThat(memory.recall(FIRST)).isNotNull();
        memory.remember(THIRD, ended(NOON.plusSeconds(11)), null);
        assertThat(memory.recall(FIRST)).isNull();
        assertThat(memory.mayHaveForgotten(FIRST)).isTrue();
        assertThat(memory.mayHaveForgotten(SECOND)).isFalse();
    }

    @Test
    void whatTheRunningBatchHasEndedIsNotForgottenBeforeItIsInTheRecord() {
        Object batch = new Object();
        memory.remember(FIRST, ended(NOON), batch);
        memory.remember(SECOND, ended(NOON.plusSeconds(3600)), batch);
        assertThat(memory.recall(FIRST)).isNotNull();

        memory.remember(THIRD, ended(NOON.plusSeconds(7200)), new Object());
        assertThat(memory.recall(FIRST)).isNull();
        assertThat(memory.recall(SECOND)).isNull();
        assertThat(memory.recall(THIRD)).isNotNull();
    }

    @Test
    void aCallThatEndsAgainInTheRunningBatchIsOfThatBatch() {
        memory.remember(FIRST, ended(NOON), null);
        memory.remember(SECOND, ended(NOON), null);
        Object batch = new Object();
        memory.remember(FIRST, ended(NOON), batch);
        memory.remember(THIRD, ended(NOON.plusSeconds(3600)), batch);
        assertThat(memory.recall(FIRST)).isNotNull();
        assertThat(memory.recall(SECOND)).isNull();
    }

    private static Past ended(Instant at) {
        return new Past("f", Money.of("1"), null, null, End.SETTLED, Money.of("1"), at);
    }
}
