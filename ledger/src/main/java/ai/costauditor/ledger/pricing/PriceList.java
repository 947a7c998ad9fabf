package ai.costauditor.ledger.pricing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A price list as it stands in a data file: models of providers, in the order in which their rules are tried. */
final class PriceList {

    private static final String MODELS = "models";

    private record Entry(ModelMatch match, ModelPrice price) {}

    private record Provider(List<String> fallback, Map<String, BigDecimal> factors, List<Entry> models) {

        Optional<ModelPrice> first(ModelName name) {
            return models.stream()
                    .filter(entry -> entry.match.matches(name.text()))
                    .map(Entry::price)
                    .findFirst();
        }
    }

    private record Lookup(String provider, String model) {}

    private final String version;
    private final String currency;
    private final Instant from;
    private final Map<String, Provider> providers = new HashMap<>();
    private final Cache<Lookup, Optional<ModelPrice>> found =
            Caffeine.newBuilder().maximumSize(10_000).build();
    private final Cache<String, List<String>> names = Caffeine.newBuilder().build();

    private PriceList(String version, String currency, Instant from) {
        this.version = version;
        this.currency = currency;
        this.from = from;
    }

    /** @param resource a class path resource in the format that {@code src/pricing-data} writes */
    static PriceList load(String resource) {
        return load(resource, MODELS);
    }

    /** @param section of each provider: {@code models}, or {@code fees} that come on top of what models cost */
    static PriceList load(String resource, String section) {
        JsonNode root = read(resource);
        LocalDate date = LocalDate.parse(root.get("date").asString());
        return of(root, section, date.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    /**
     * @param from when it begins to hold
     * @throws IllegalArgumentException if it is not in that format
     */
    static PriceList of(JsonNode root, Instant from) {
        return of(root, MODELS, from);
    }

    private static PriceList of(JsonNode root, String section, Instant from) {
        String version = required(root, "version").asString();
        PriceList list = new PriceList(version, root.path("currency").asString("USD"), from);
        required(root, "providers")
                .propertyStream()
                .forEach(provider ->
                        list.providers.put(provider.getKey(), provider(provider.getValue(), section, version)));
        return list;
    }

    private static Provider provider(JsonNode node, String section, String version) {
        Map<String, BigDecimal> factors = new HashMap<>();
        node.path("tiers")
                .propertyStream()
                .forEach(tier -> factors.put(
                        tier.getKey(),
                        new BigDecimal(tier.getValue().get("factor").asString())));
        return new Provider(
                node.path("fallback").valueStream().map(JsonNode::asString).toList(),
                factors,
                (section.equals(MODELS) ? required(node, section) : node.path(section))
                        .valueStream()
                        .map(model -> new Entry(
                                ModelMatch.of(required(model, "match")), ModelPrice.of(model, factors, version)))
                        .toList());
    }

    static JsonNode required(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            throw new IllegalArgumentException("there is no " + field + " in the price list");
        }
        return value;
    }

    static JsonNode read(String resource) {
        try (InputStream in = PriceList.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing from the class path: " + resource);
            }
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String version() {
        return version;
    }

    String currency() {
        return currency;
    }

    /** All patterns by which it matches models. */
    Stream<String> expressions() {
        return providers.values().stream()
                .flatMap(provider -> provider.models.stream())
                .flatMap(entry -> entry.match.expressions());
    }

    Instant from() {
        return from;
    }

    boolean isPublishedBy(Instant at) {
        return !at.isBefore(from);
    }

    Stream<String> providers() {
        return providers.keySet().stream().sorted();
    }

    /** In the order in which their rules are tried. */
    Stream<ModelPrice> prices(String provider) {
        return Stream.ofNullable(providers.get(provider))
                .flatMap(own -> own.models.stream())
                .map(Entry::price);
    }

    /** Ids that are names of models, in the list's order; ids that only label a rule are left out. */
    List<String> models(String provider) {
        return names.get(provider, name -> Stream.ofNullable(providers.get(name))
                .flatMap(found -> found.models.stream())
                .map(entry -> entry.price.id())
                .filter(id -> !id.startsWith("ft:") && !id.endsWith("-"))
                .filter(id ->
                        find(name, id).filter(price -> price.id().equals(id)).isPresent())
                .toList());
    }

    /** By the plain name, then with a dashed date; then by the rules of the providers whose models this one resells. */
    Optional<ModelPrice> find(String provider, String model) {
        return found.get(new Lookup(provider, model), lookup -> Stream.ofNullable(providers.get(provider))
                .flatMap(own -> ModelName.spellingsOf(model).flatMap(name -> search(own, name)))
                .findFirst());
    }

    private Stream<ModelPrice> search(Provider own, ModelName name) {
        return Stream.concat(
                own.first(name).stream(),
                own.fallback.stream()
                        .flatMap(other -> Stream.ofNullable(providers.get(other)))
                        .flatMap(other -> other.first(name).stream())
                        .map(price -> price.resoldBy(own.factors)));
    }
}
