package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.usage.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of itself.
 *
 * @param model that served, if the answer names it
 * @param serviceTier as served, if the answer names it
 * @param usage {@link Usage#unknown()} if the answer has none
 * @param outputBytes UTF-8 bytes of the text that came, for an estimate
 */
public record Reading(@Nullable String model, @Nullable String serviceTier, Usage usage, long outputBytes) {}
