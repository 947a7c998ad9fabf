package ai.costauditor.ledger;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Settings of the ledger, under {@code auditor}. */
@ConfigurationProperties("auditor")
public record LedgerSettings(
        @DefaultValue Secrets secrets, @DefaultValue Ledger ledger) {

    /**
     * @param pepper at least 32 bytes that never enter the database, as {@code hex:…}, {@code base64:…}, or {@code file:…}
     *     with the path of a file that contains either or the bytes themselves; text without a prefix is read as hex if it
     *     can be, else as base64
     * @param previewKey 32 bytes in the same forms, under which the keys of kept text are; without it no text is kept
     */
    public record Secrets(@Nullable String pepper, @Nullable String previewKey) {}

    /**
     * @param cachedAggregates keys (and budgets) that are kept in memory
     * @param snapshotEvery events of one stream between two snapshots
     */
    public record Ledger(
            @DefaultValue("100000") long cachedAggregates,
            @DefaultValue("500") int snapshotEvery,
            @DefaultValue Node node) {}

    /**
     * @param heartbeat how often a process says that it lives
     * @param deadAfter silence after which its holds are ended
     * @param sweep how often holds are looked at that nobody else will end
     */
    public record Node(
            @DefaultValue("3s") Duration heartbeat,
            @DefaultValue("15s") Duration deadAfter,
            @DefaultValue("5s") Duration sweep) {}
}
