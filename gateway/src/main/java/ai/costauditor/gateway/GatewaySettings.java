package ai.costauditor.gateway;

import ai.costauditor.ledger.money.Money;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the data plane, under {@code auditor.gateway}.
 *
 * @param largestBody requests above it are refused with 400
 * @param largestAnswer an answer above it that is no stream passes unread, and its cost stays unresolved
 * @param holdFor how long a hold lasts; a call that runs extends it, so that is how long one is held that nobody ends
 * @param drainFor how long an answer is read on after its client has left, for its usage
 * @param drainBytes how much of it is read on
 * @param connectTimeout to a provider
 * @param answerTimeout longest silence of a provider
 * @param settleWithin how long an answer waits for a ledger that is away; then the caller gets an error and the settlement
 *     goes on in the background
 * @param stopStreamsAfter how long streams may run on when the process stops; shorter than
 *     {@code spring.lifecycle.timeout-per-shutdown-phase}
 * @param unpricedHold held for a call whose model has no price, where no hard budget forbids it
 * @param connectionsPerProvider at most
 * @param memoryForCalls heap that all open calls may take, above which calls are refused with 503; by itself what the
 *     heap can spare
 */
@ConfigurationProperties("auditor.gateway")
public record GatewaySettings(
        @DefaultValue("16MB") DataSize largestBody,
        @DefaultValue("64MB") DataSize largestAnswer,
        @DefaultValue("15m") Duration holdFor,
        @DefaultValue("60s") Duration drainFor,
        @DefaultValue("8MB") DataSize drainBytes,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("10m") Duration answerTimeout,
        @DefaultValue("10s") Duration settleWithin,
        @DefaultValue("20s") Duration stopStreamsAfter,
        @DefaultValue("1.00") String unpricedHold,
        @DefaultValue("10000") int connectionsPerProvider,
        @Nullable DataSize memoryForCalls) {

    public Money unpricedAmount() {
        return Money.of(unpricedHold);
    }
}
