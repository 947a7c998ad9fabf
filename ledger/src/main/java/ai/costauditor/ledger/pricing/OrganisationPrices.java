package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.usage.Usage;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The prices of one organisation, as they stand: the catalogue, and what its price book says otherwise. Immutable, so a call
 * needs no lock; what a model has to do with the book is worked out once.
 *
 * <p>A price that was entered after it began never changes what had a price before: for calls from before its entry it holds
 * only where there is none.
 */
public final class OrganisationPrices implements PriceCatalogue {

    /** @param by of the entry; {@code endedBy} of its end */
    public record PriceEntry(
            PriceRule rule,
            boolean confirmed,
            Change by,
            @Nullable Change endedBy) {}

    /** @param by none if it is shipped */
    public record PriceListVersion(
            String version, Instant from, @Nullable Change by) {}

    record Imported(String version, Instant from, JsonNode list, Change by) {}

    private record Lookup(String provider, String model) {}

    private final DatedPriceCatalogue listed;
    private final List<PriceEntry> entries;
    private final List<Imported> imported;
    private final Cache<Lookup, List<RuleOfModel>> found =
            Caffeine.newBuilder().maximumSize(10_000).build();

    OrganisationPrices(DatedPriceCatalogue shipped, List<PriceEntry> entries, List<Imported> imported) {
        this.listed = shipped.with(imported.stream()
                .map(list -> PriceList.of(list.list(), list.from()))
                .toList());
        this.entries = List.copyOf(entries);
        this.imported = List.copyOf(imported);
    }

    // --- the catalogue of this organisation ---

    @Override
    public Charge charge(String provider, String model, @Nullable String serviceTier, Usage usage, Instant at) {
        return DatedPriceCatalogue.charge(resolve(provider, model, serviceTier, at), model, serviceTier, usage);
    }

    @Override
    public Optional<PriceBound> bound(String provider, String model, @Nullable String serviceTier, Instant at) {
        return listed.bound(model, resolve(provider, model, serviceTier, at));
    }

    /** With the models of one's own. */
    @Override
    public List<String> models(String provider) {
        Stream<String> own = entries.stream()
                .map(PriceEntry::rule)
                .filter(rule -> rule.kind() == PriceRule.Kind.OWN_MODEL && rule.until() == null)
                .filter(rule ->
                        rule.provider().equals(provider) && !rule.model().contains(PriceRule.ANY))
                .map(PriceRule::model);
        return Stream.concat(listed.models(provider).stream(), own).distinct().toList();
    }

    private Optional<DatedPriceCatalogue.Found> resolve(
            String provider, String model, @Nullable String serviceTier, Instant at) {
        Optional<DatedPriceCatalogue.Found> list = listed.resolve(provider, model, serviceTier, at);
        List<RuleOfModel> rules = rulesOf(provider, model);
        return rules.isEmpty() ? list : resolve(list, inForce(rules, serviceTier, at));
    }

    private static Optional<DatedPriceCatalogue.Found> resolve(
            Optional<DatedPriceCatalogue.Found> list, InForce rules) {
        RuleOfModel fixed = rules.fixed(list.isPresent());
        RuleOfModel markUp = rules.markUp();
        Optional<DatedPriceCatalogue.Found> price =
                fixed == null ? discounted(list, rules.discount()) : fixed.over(list);
        return markUp == null ? price : price.map(markUp::times);
    }

    private static Optional<DatedPriceCatalogue.Found> discounted(
            Optional<DatedPriceCatalogue.Found> list, @Nullable RuleOfModel discount) {
        return discount == null ? list : list.map(discount::times);
    }

    private List<RuleOfModel> rulesOf(String provider, String model) {
        return entries.isEmpty() ? List.of() : found.get(new Lookup(provider, model), this::search);
    }

    private List<RuleOfModel> search(Lookup lookup) {
        List<String> ids = listed.lists().stream()
                .flatMap(list -> list.find(lookup.provider, lookup.model).stream())
                .map(ModelPrice::id)
                .distinct()
                .toList();
        List<RuleOfModel> rules = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            RuleOfModel rule = RuleOfModel.of(entries.get(i), i);
            if (rule.isAbout(lookup.provider, lookup.model, ids)) {
                rules.add(rule);
            }
        }
        rules.sort(RuleOfModel.CLOSEST_FIRST);
        return List.copyOf(rules);
    }

    /** Of several of one kind only the closest holds. */
    private record InForce(List<RuleOfModel> rules, Instant at) {

        @Nullable RuleOfModel fixed(boolean isListed) {
            return rules.stream()
                    .filter(rule -> rule.rule().kind().isFixed())
                    .filter(rule -> !isListed || rule.wasKnownAt(at))
                    .findFirst()
                    .orElse(null);
        }

        @Nullable RuleOfModel discount() {
            return first(PriceRule.Kind.DISCOUNT);
        }

        @Nullable RuleOfModel markUp() {
            return first(PriceRule.Kind.MARK_UP);
        }

        private @Nullable RuleOfModel first(PriceRule.Kind kind) {
            return rules.stream()
                    .filter(rule -> rule.rule().kind() == kind)
                    .findFirst()
                    .orElse(null);
        }
    }

    private static InForce inForce(List<RuleOfModel> rules, @Nullable String serviceTier, Instant at) {
        List<String> served = ServiceTiers.of(serviceTier);
        return new InForce(rules.stream().filter(rule -> rule.holds(served, at)).toList(), at);
    }

    // --- what people ask ---

    /** Whether there could be a price for some call of the model. */
    public boolean knows(String provider, String model) {
        return !rulesOf(provider, model).isEmpty()
                || listed.lists().stream()
                        .anyMatch(list -> list.find(provider, model).isPresent());
    }

    /** All that was ever entered, newest first. */
    public List<PriceEntry> entries() {
        return entries.reversed();
    }

    /** All price lists, newest first. */
    public List<PriceListVersion> versions() {
        return listed.lists().reversed().stream()
                .map(list -> new PriceListVersion(list.version(), list.from(), importedBy(list.version())))
                .toList();
    }

    private @Nullable Change importedBy(String version) {
        return imported.stream()
                .filter(list -> list.version().equals(version))
                .findFirst()
                .map(Imported::by)
                .orElse(null);
    }

    /** The price of a call, and which rule won. */
    public EffectivePrice effective(String provider, String model, @Nullable String serviceTier, Instant at) {
        Optional<DatedPriceCatalogue.Found> list = listed.resolve(provider, model, serviceTier, at);
        InForce rules = inForce(rulesOf(provider, model), serviceTier, at);
        RuleOfModel fixed = rules.fixed(list.isPresent());
        List<EffectivePrice.Considered> considered = new ArrayList<>();
        for (RuleOfModel rule : rules.rules()) {
            boolean wins = rule == fixed || rule == rules.markUp() || rule == rules.discount() && fixed == null;
            considered.add(new EffectivePrice.Considered(rule.rule(), wins, wins ? null : why(rule, fixed, list, at)));
        }
        return EffectivePrice.of(
                resolve(list, rules),
                list.map(DatedPriceCatalogue.Found::version).orElse(null),
                listed.listAt(at).find(provider, model).map(ModelPrice::id).orElse(null),
                CacheRule.of(model).orElse(null),
                considered);
    }

    private static String why(
            RuleOfModel rule, @Nullable RuleOfModel fixed, Optional<DatedPriceCatalogue.Found> list, Instant at) {
        if (rule.rule().kind() == PriceRule.Kind.DISCOUNT && fixed != null) {
            return "a price of your own has no discount";
        }
        if (rule.rule().kind().isFixed() && list.isPresent() && !rule.wasKnownAt(at)) {
            return "it was entered later, and the call had a price already";
        }
        return "another one is closer";
    }

    /** What a newer list would change, by the prices of a moment. */
    public List<PriceChange> difference(JsonNode list, Instant at) {
        return PriceChange.between(listed.listAt(at), PriceList.of(list, at), at);
    }
}
