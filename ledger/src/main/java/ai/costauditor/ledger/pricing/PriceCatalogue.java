package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.usage.Usage;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Dated prices. Looking up never changes what was charged before. */
public interface PriceCatalogue {

    /**
     * The exact charge, by the model that the answer names.
     *
     * @param provider our name of the provider, {@code openai}, {@code anthropic} …
     * @param serviceTier the tier as served, if the answer names one
     * @return {@link Charge#unpriced()} if the model, or a kind that was used, has no price
     */
    Charge charge(String provider, String model, @Nullable String serviceTier, Usage usage, Instant at);

    /** The rates and limits for an upper bound; empty if the model has no price. */
    Optional<PriceBound> bound(String provider, String model, Instant at);

    /** The models of a provider that have a price now, by id; for {@code /v1/models}. */
    java.util.List<String> models(String provider);
}
