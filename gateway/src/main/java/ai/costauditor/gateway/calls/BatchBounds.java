package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.charges.Holds;
import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.unfinished.ProviderFiles;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.BatchLines;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.gateway.wire.RequestBody;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.ledger.pricing.PriceBound;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The most that a batch can cost: the sum of its requests, each at the price of batches. */
final class BatchBounds {

    private final ProviderFiles files;
    private final PriceBooks prices;
    private final References references;

    BatchBounds(ProviderFiles files, PriceBooks prices, References references) {
        this.files = files;
        this.prices = prices;
        this.references = references;
    }

    /**
     * @param model of the first request
     * @param isPriced whether all of them have a price
     */
    record Bound(String model, Money amount, boolean isPriced) {}

    /** Of the requests in a file that was uploaded before. It cannot change any more, so it is read where it is. */
    Bound ofFile(Call call, Provider provider, StoredObject file, @Nullable String endpoint) {
        Sum sum = new Sum(call, provider);
        try {
            files.lines(
                    provider,
                    StoredKind.FILE,
                    file.id(),
                    "/content",
                    line -> sum.add(BatchLines.request(line, endpoint)));
        } catch (IOException e) {
            throw new CallRefused(Kind.UPSTREAM_FAILED, "the requests of the batch cannot be read from " + file.id());
        }
        return sum.bound();
    }

    Bound ofMessages(Call call, Provider provider, RequestBody body) {
        Sum sum = new Sum(call, provider);
        BatchLines.messages(body.bytes(), sum::add);
        return sum.bound();
    }

    private final class Sum {

        private final Call call;
        private final Provider provider;
        private final Set<String> models = new TreeSet<>();
        private Money amount = Money.ZERO;
        private boolean priced = true;

        Sum(Call call, Provider provider) {
            this.call = call;
            this.provider = provider;
        }

        void add(BatchLines.Request request) {
            RequestFacts asked = references.known(call, provider, request.format(), request.facts());
            String model = provider.modelBehind(asked.model());
            models.add(model);
            Optional<PriceBound> price = prices.of(call.key().attribution().organisation())
                    .bound(provider.name(), model, Reading.tierInBatch(asked.dearerTier()), call.startedAt());
            Optional<Money> most = price.flatMap(
                    bound -> asked.billedBy(bound).map(facts -> Holds.amount(facts, facts.withUnits(bound))));
            priced &= most.isPresent();
            amount = amount.plus(most.orElse(Money.ZERO));
        }

        Bound bound() {
            if (models.isEmpty()) {
                throw new BadRequest("the batch has no requests");
            }
            if (models.size() > 1 && call.policy().narrowsModels()) {
                throw new CallRefused(
                        Kind.NOT_ALLOWED, "this virtual key may use some models only, so a batch must keep to one");
            }
            return new Bound(models.iterator().next(), amount, priced);
        }
    }
}
