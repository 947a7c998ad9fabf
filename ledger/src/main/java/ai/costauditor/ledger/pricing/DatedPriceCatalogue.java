package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import java.util.stream.Collectors;
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
    private static final String UNITS = "/pricing/units.json";

    private final List<PriceList> lists;
    private final PriceList stub;
    private final ModelLimits limits;
    private final PriceList byUnits = PriceList.load(UNITS);
    private final PriceList fees = PriceList.load(UNITS, "fees");

    /** Nothing but the model and its price decides on a bound, and most calls ask for the same few. */
    private final Cache<Bounded, PriceBound> bounds =
            Caffeine.newBuilder().maximumSize(10_000).build();

    DatedPriceCatalogue(List<PriceList> lists) {
        this(lists, PriceList.load("/pricing/stub.json"), new ModelLimits());
    }

    private DatedPriceCatalogue(List<PriceList> lists, PriceList stub, ModelLimits limits) {
        this.lists =
                lists.stream().sorted(Comparator.comparing(PriceList::from)).toList();
        this.stub = stub;
        this.limits = limits;
    }

    /** What a provider takes for its own tools. */
    record Fees(String version, Rates rates) {}

    /** What was found for a call: its rates, the version that they come from, and the list's context window. */
    record Found(
            String version,
            Rates rates,
            @Nullable Long contextWindow,
            @Nullable Fees fees) {

        /** Of a model whose provider takes nothing for tools, as far as is known. */
        Found(String version, Rates rates, @Nullable Long contextWindow) {
            this(version, rates, contextWindow, null);
        }

        Found with(String more, Rates changed) {
            return new Found(version + "+" + more, changed, contextWindow, fees);
        }

        /** With those of the tools that the provider runs. */
        Rates all() {
            return fees == null ? rates : rates.withFees(fees.rates);
        }

        /** It names the list of fees as well, if the price of a line is from there. */
        Optional<Charge> charge(Usage usage) {
            boolean plain = rates.units().keySet().containsAll(usage.units().keySet());
            String lists = plain || fees == null ? version : version + "+" + fees.version;
            return lines(plain ? rates : all(), usage).map(lines -> Charge.of(lists, lines));
        }
    }

    private record Bounded(String model, Found price) {

        /** Rates are large, and the same version rarely has several for a model. */
        @Override
        public int hashCode() {
            return 31 * model.hashCode() + price.version.hashCode();
        }
    }

    /** The same with further lists. */
    DatedPriceCatalogue with(List<PriceList> more) {
        return more.isEmpty()
                ? this
                : new DatedPriceCatalogue(
                        Stream.concat(lists.stream(), more.stream()).toList(), stub, limits);
    }

    List<PriceList> lists() {
        return lists;
    }

    PriceList listAt(Instant at) {
        for (int i = lists.size() - 1; i > 0; i--) {
            if (lists.get(i).isPublishedBy(at)) {
                return lists.get(i);
            }
        }
        return lists.getFirst();
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
        return charge(resolve(provider, model, serviceTier, at), model, serviceTier, usage);
    }

    Optional<Found> resolve(String provider, String model, @Nullable String serviceTier, Instant at) {
        return find(provider, model, at).flatMap(price -> price.at(at, ServiceTiers.of(serviceTier))
                .map(rates -> new Found(price.version(), rates, price.contextWindow(), fees(provider, model, at))));
    }

    private @Nullable Fees fees(String provider, String model, Instant at) {
        return fees.find(provider, model)
                .flatMap(price -> price.at(at, List.of()).map(rates -> new Fees(price.version(), rates)))
                .orElse(null);
    }

    static Charge charge(Optional<Found> found, String model, @Nullable String serviceTier, Usage usage) {
        return switch (usage.status()) {
            case EXACT, ESTIMATED ->
                found.flatMap(price -> price.charge(usage))
                        .orElseGet(() -> Charge.unpriced(List.of(new Charge.Unrated(model, serviceTier, null))));
            case UNKNOWN, INVALID -> Charge.unpriced();
        };
    }

    /** A line for each kind and unit that was used; nothing if one of them has no price. */
    private static Optional<List<ChargeLine>> lines(Rates rates, Usage usage) {
        long input = 0;
        for (TokenKind kind : TokenKind.values()) {
            input = kind.isInput() ? Math.addExact(input, usage.tokens(kind)) : input;
        }
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
        return bound(model, resolve(provider, model, serviceTier, at));
    }

    Optional<PriceBound> bound(String model, Optional<Found> found) {
        return found.filter(price -> price.rates().of(TokenKind.INPUT) != null
                        || !price.rates().units().isEmpty())
                .map(price -> bounds.get(new Bounded(model, price), this::boundOf));
    }

    private PriceBound boundOf(Bounded asked) {
        String model = asked.model;
        Found price = asked.price;
        Rates rates = price.all();
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
                steps,
                rates.of(TokenKind.INPUT) != null,
                rates.units().entrySet().stream()
                        .collect(Collectors.toUnmodifiableMap(
                                Map.Entry::getKey, unit -> unit.getValue().highest())));
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

    /**
     * The stub's own models have their price under each provider that the stub stands in for. What is billed by units is
     * found last: it is what the price list lacks.
     */
    Optional<ModelPrice> find(String provider, String model, Instant at) {
        if (provider.equals(STUB) || model.toLowerCase(Locale.ROOT).startsWith("stub-")) {
            return stub.find(STUB, model);
        }
        return listAt(at).find(provider, model).or(() -> byUnits.find(provider, model));
    }
}
