package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.usage.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Dated prices. Looking up never changes what was charged before. */
public interface PriceCatalogue {

    /**
     * The exact charge, by the model that the answer names.
     *
     * @param provider our name of the provider, {@code openai}, {@code anthropic} …
     * @param serviceTier the tier as served, if the answer names one: {@code flex}, {@code ON_DEMAND_PRIORITY} …;
     *     several are joined by {@code +}, as in {@code fast+us}; a region has an {@code @} in front, {@code flex+@eu-central-1}
     * @param at when the call was authorised
     * @return {@link Charge#unpriced()} if the model, its tier or a kind that was used has no price, or if the usage is
     *     not known
     */
    Charge charge(String provider, String model, @Nullable String serviceTier, Usage usage, Instant at);

    /**
     * The rates and limits for an upper bound; empty if the model has no price in that tier, or none per token.
     *
     * @param serviceTier the dearest tier that the call can be served in, if it asks for one
     */
    Optional<PriceBound> bound(String provider, String model, @Nullable String serviceTier, Instant at);

    /** For a call that asks for no tier. */
    default Optional<PriceBound> bound(String provider, String model, Instant at) {
        return bound(provider, model, null, at);
    }

    /** The models of a provider that have a price now, by id; for {@code /v1/models}. */
    List<String> models(String provider);
}
