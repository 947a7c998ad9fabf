package ai.costauditor.ledger.pricing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A price list as it stands in a data file: models of providers, in the order in which their rules are tried. */
final class PriceList {

    private record Entry(ModelMatch match, ModelPrice price) {}

    private record Provider(List<String> fallback, List<Entry> models) {}

    private final Map<String, Provider> providers = new HashMap<>();

    /** @param resource a class path resource in the format that {@code src/pricing-data} writes */
    static PriceList load(String resource) {
        JsonNode root = read(resource);
        String version = root.get("version").asString();
        PriceList list = new PriceList();
        root.get("providers")
                .propertyStream()
                .forEach(entry -> list.providers.put(
                        entry.getKey(),
                        new Provider(
                                entry.getValue()
                                        .get("fallback")
                                        .valueStream()
                                        .map(JsonNode::asString)
                                        .toList(),
                                entry.getValue()
                                        .get("models")
                                        .valueStream()
                                        .map(model -> new Entry(
                                                ModelMatch.of(model.get("match")), ModelPrice.of(model, version)))
                                        .toList())));
        return list;
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

    boolean knows(String provider) {
        return providers.containsKey(provider);
    }

    List<String> models(String provider) {
        Provider found = providers.get(provider);
        return found == null
                ? List.of()
                : found.models.stream().map(entry -> entry.price.id()).toList();
    }

    /** The first rule that matches; then the lists of the providers whose models this one resells. */
    Optional<ModelPrice> find(String provider, String model) {
        Provider found = providers.get(provider);
        if (found == null) {
            return Optional.empty();
        }
        String name = model.toLowerCase(Locale.ROOT).strip();
        return found.models.stream()
                .filter(entry -> entry.match.matches(name))
                .map(Entry::price)
                .findFirst()
                .or(() -> found.fallback.stream()
                        .flatMap(other -> find(other, name).stream())
                        .findFirst());
    }
}
