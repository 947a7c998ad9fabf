package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The catalogue that is shipped: price lists in data files, the first that knows the provider counts. */
final class DatedPriceCatalogue implements PriceCatalogue {

    /** Names that say the same as the plain name: Gemini's {@code models/…}, Bedrock's regions, Vertex's publisher. */
    private static final Pattern DECORATION = Pattern.compile("^(models/|publishers/[a-z]+/models/)");

    private static final Pattern COMPACT_DATE =
            Pattern.compile("-(20\\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])(?=-|:|$)");

    private record Name(String provider, String model) {}

    private final List<PriceList> lists;
    private final ModelLimits limits = new ModelLimits();
    private final Cache<Name, Optional<ModelPrice>> found =
            Caffeine.newBuilder().maximumSize(10_000).build();

    DatedPriceCatalogue(List<PriceList> lists) {
        this.lists = List.copyOf(lists);
    }

    static DatedPriceCatalogue shipped() {
        return new DatedPriceCatalogue(
                List.of(PriceList.load("/pricing/catalogue.json"), PriceList.load("/pricing/stub.json")));
    }

    @Override
    public Charge charge(String provider, String model, @Nullable String serviceTier, Usage usage, Instant at) {
        return find(provider, model).map(price -> charge(price, usage, at)).orElseGet(Charge::unpriced);
    }

    private static Charge charge(ModelPrice price, Usage usage, Instant at) {
        ModelPrice.Dated dated = price.at(at);
        long input = Stream.of(TokenKind.values())
                .filter(TokenKind::isInput)
                .mapToLong(usage::tokens)
                .sum();
        List<ChargeLine> lines = new ArrayList<>();
        for (TokenKind kind : TokenKind.values()) {
            long quantity = usage.tokens(kind);
            if (quantity == 0) {
                continue;
            }
            ModelPrice.Rate rate = dated.rate(kind);
            if (rate == null) {
                return Charge.unpriced();
            }
            lines.add(line(kind.wireName(), BigDecimal.valueOf(quantity), rate.at(input), rate.per()));
        }
        for (Map.Entry<String, BigDecimal> unit : new TreeMap<>(usage.units()).entrySet()) {
            ModelPrice.Rate rate = dated.units().get(unit.getKey());
            if (rate == null) {
                return Charge.unpriced();
            }
            lines.add(line(unit.getKey(), unit.getValue(), rate.at(input), rate.per()));
        }
        return Charge.of(price.version(), lines);
    }

    private static ChargeLine line(String kind, BigDecimal quantity, BigDecimal unitPrice, BigDecimal per) {
        Money amount = Money.rounded(
                quantity.multiply(unitPrice).divide(per, Money.SCALE + 12, java.math.RoundingMode.HALF_EVEN));
        return new ChargeLine(kind, quantity, unitPrice, per, amount);
    }

    @Override
    public Optional<PriceBound> bound(String provider, String model, Instant at) {
        return find(provider, model).map(price -> {
            ModelPrice.Dated dated = price.at(at);
            long window = limits.contextWindow(provider, model, price.contextWindow());
            return new PriceBound(
                    highest(dated, true),
                    highest(dated, false),
                    BigDecimal.ZERO,
                    window,
                    limits.maxOutput(provider, model, window),
                    price.version());
        });
    }

    private static BigDecimal highest(ModelPrice.Dated dated, boolean input) {
        return Stream.of(TokenKind.values())
                .filter(kind -> kind.isInput() == input)
                .flatMap(kind -> Stream.ofNullable(dated.rate(kind)))
                .map(ModelPrice.Rate::highest)
                .max(BigDecimal::compareTo)
                .orElse(BigDecimal.ZERO);
    }

    @Override
    public List<String> models(String provider) {
        return lists.stream()
                .filter(list -> list.knows(provider))
                .findFirst()
                .map(list -> list.models(provider))
                .orElse(List.of());
    }

    private Optional<ModelPrice> find(String provider, String model) {
        return found.get(new Name(provider, model), this::search);
    }

    /** As it is named, then with a dashed date ({@code -20250514} → {@code -2025-05-14}). */
    private Optional<ModelPrice> search(Name name) {
        String plain = DECORATION.matcher(name.model).replaceFirst("");
        String dashed = COMPACT_DATE.matcher(plain).replaceAll("-$1-$2-$3");
        return Stream.of(plain, dashed)
                .distinct()
                .flatMap(model -> lists.stream().flatMap(list -> list.find(name.provider, model).stream()))
                .findFirst();
    }
}
