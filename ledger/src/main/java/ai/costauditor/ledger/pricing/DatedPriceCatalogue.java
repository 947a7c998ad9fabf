package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The catalogue that is shipped: dated price lists in data files. A call has the list of its time, so that a newer list
 * never changes what an older call costs; what is older than all lists has the first.
 */
final class DatedPriceCatalogue implements PriceCatalogue {

    private static final String STUB = "stub";

    private final List<PriceList> lists;
    private final PriceList stub = PriceList.load("/pricing/stub.json");
    private final ModelLimits limits = new ModelLimits();

    DatedPriceCatalogue(List<PriceList> lists) {
        this.lists =
                lists.stream().sorted(Comparator.comparing(PriceList::date)).toList();
    }

    static DatedPriceCatalogue shipped() {
        return new DatedPriceCatalogue(PriceList.read("/pricing/shipped.json")
                .valueStream()
                .map(JsonNode::asString)
                .map(file -> PriceList.load("/pricing/" + file))
                .toList());
    }

    @Override
    public Charge charge(String provider, String model, @Nullable String serviceTier, Usage usage, Instant at) {
        return switch (usage.status()) {
            case EXACT, ESTIMATED ->
                find(provider, model, at)
                        .flatMap(price -> price.at(at, ServiceTiers.of(serviceTier))
                                .flatMap(rates -> lines(rates, usage))
                                .map(lines -> Charge.of(price.version(), lines)))
                        .orElseGet(Charge::unpriced);
            case UNKNOWN, INVALID -> Charge.unpriced();
        };
    }

    /** A line for each kind and unit that was used; nothing if one of them has no price. */
    private static Optional<List<ChargeLine>> lines(Rates rates, Usage usage) {
        long input = Stream.of(TokenKind.values())
                .filter(TokenKind::isInput)
                .mapToLong(usage::tokens)
                .reduce(0, Math::addExact);
        List<ChargeLine> lines = new ArrayList<>();
        for (TokenKind kind : TokenKind.values()) {
            if (usage.tokens(kind) != 0) {
                Rate rate = rates.of(kind);
                if (rate == null) {
                    return Optional.empty();
                }
                lines.add(line(kind.wireName(), BigDecimal.valueOf(usage.tokens(kind)), rate, input));
            }
        }
        for (Map.Entry<String, BigDecimal> unit : new TreeMap<>(usage.units()).entrySet()) {
            if (unit.getValue().signum() != 0) {
                Rate rate = rates.units().get(unit.getKey());
                if (rate == null) {
                    return Optional.empty();
                }
                lines.add(line(unit.getKey(), rate.billed(unit.getValue()), rate, input));
            }
        }
        return Optional.of(lines);
    }

    /** Rounded once: the division itself rounds at the scale of money. */
    private static ChargeLine line(String kind, BigDecimal quantity, Rate rate, long input) {
        BigDecimal price = rate.at(input);
        BigDecimal amount = quantity.multiply(price).divide(rate.per(), Money.SCALE, RoundingMode.HALF_EVEN);
        return new ChargeLine(kind, quantity, price, rate.per(), new Money(amount));
    }

    @Override
    public Optional<PriceBound> bound(String provider, String model, @Nullable String serviceTier, Instant at) {
        return find(provider, model, at).flatMap(price -> price.at(at, ServiceTiers.of(serviceTier))
                .filter(rates -> rates.of(TokenKind.INPUT) != null)
                .map(rates -> bound(model, price, rates)));
    }

    private PriceBound bound(String model, ModelPrice price, Rates rates) {
        long window = limits.contextWindow(model, price.contextWindow());
        LongStream thresholds = rates.tokens().values().stream()
                .flatMap(rate -> rate.steps().stream())
                .mapToLong(Rate.Step::above)
                .filter(above -> above < window)
                .distinct()
                .sorted();
        List<PriceBound.Step> steps = LongStream.concat(thresholds, LongStream.of(window))
                .mapToObj(upTo -> new PriceBound.Step(upTo, highest(rates, true, upTo), highest(rates, false, upTo)))
                .toList();
        return new PriceBound(
                highest(rates, true, Long.MAX_VALUE),
                highest(rates, false, Long.MAX_VALUE),
                BigDecimal.ZERO,
                window,
                limits.maxOutput(model, window),
                price.version(),
                steps);
    }

    private static BigDecimal highest(Rates rates, boolean input, long upTo) {
        BigDecimal highest = BigDecimal.ZERO;
        for (TokenKind kind : TokenKind.values()) {
            Rate rate = kind.isInput() == input ? rates.of(kind) : null;
            if (rate != null) {
                highest = highest.max(rate.highestUpTo(upTo));
            }
        }
        return highest;
    }

    @Override
    public List<String> models(String provider) {
        return provider.equals(STUB) ? stub.models(STUB) : lists.getLast().models(provider);
    }

    /** The stub's own models have their price under each provider that the stub stands in for. */
    private Optional<ModelPrice> find(String provider, String model, Instant at) {
        if (provider.equals(STUB) || model.toLowerCase(Locale.ROOT).startsWith("stub-")) {
            return stub.find(STUB, model);
        }
        return lists.reversed().stream()
                .filter(list -> list.isPublishedBy(at))
                .findFirst()
                .orElseGet(lists::getFirst)
                .find(provider, model);
    }
}
