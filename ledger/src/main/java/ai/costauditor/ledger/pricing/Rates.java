package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.usage.TokenKind;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All prices of a model at one moment.
 *
 * @param neverAsText kinds that cost so much more than text that the price of text must not stand in for theirs
 */
record Rates(Map<TokenKind, Rate> tokens, Map<String, Rate> units, Set<TokenKind> neverAsText) {

    private static final Map<String, TokenKind> KINDS =
            Stream.of(TokenKind.values()).collect(Collectors.toMap(TokenKind::wireName, Function.identity()));

    /** The kind's own rate, or the rate of the plainer kind that it is billed as when the list names none. */
    @Nullable Rate of(TokenKind kind) {
        Rate own = tokens.get(kind);
        if (own != null || neverAsText.contains(kind)) {
            return own;
        }
        return switch (kind) {
            case INPUT, OUTPUT -> null;
            case CACHE_WRITE_1H -> of(TokenKind.CACHE_WRITE_5M);
            case INPUT_CACHED, CACHE_WRITE_5M, INPUT_AUDIO, INPUT_IMAGE -> of(TokenKind.INPUT);
            case OUTPUT_REASONING, OUTPUT_AUDIO, OUTPUT_IMAGE -> of(TokenKind.OUTPUT);
        };
    }

    /** What another list of rates says instead, kind by kind; the rest stays. */
    Rates overriddenBy(Rates other) {
        Map<TokenKind, Rate> kinds = new EnumMap<>(TokenKind.class);
        kinds.putAll(tokens);
        kinds.putAll(other.tokens);
        Map<String, Rate> named = new HashMap<>(units);
        named.putAll(other.units);
        return new Rates(kinds, named, neverAsText);
    }

    /** What another list knows besides: its prices of units that have none here. */
    Rates withFees(Rates fees) {
        Map<String, Rate> named = new HashMap<>(fees.units);
        named.putAll(units);
        return new Rates(tokens, named, neverAsText);
    }

    /** Discounts and mark-ups are on tokens; fees of tools stay. */
    Rates times(BigDecimal factor) {
        Map<TokenKind, Rate> kinds = new EnumMap<>(TokenKind.class);
        tokens.forEach((kind, rate) -> kinds.put(kind, rate.times(factor)));
        return new Rates(kinds, units, neverAsText);
    }

    /** What an organisation has agreed on is on everything. */
    Rates allTimes(BigDecimal factor) {
        Map<String, Rate> named = new HashMap<>();
        units.forEach((unit, rate) -> named.put(unit, rate.times(factor)));
        return new Rates(times(factor).tokens, named, neverAsText);
    }

    static Set<TokenKind> kinds(JsonNode names) {
        return names.valueStream().map(name -> kind(name.asString())).collect(Collectors.toUnmodifiableSet());
    }

    static Rates of(JsonNode node, Set<TokenKind> neverAsText) {
        Map<TokenKind, Rate> tokens = new EnumMap<>(TokenKind.class);
        PriceList.required(node, "tokens")
                .propertyStream()
                .forEach(e -> tokens.put(kind(e.getKey()), Rate.ofTokens(e.getValue())));
        Map<String, Rate> units = new HashMap<>();
        node.path("units").propertyStream().forEach(e -> units.put(e.getKey(), Rate.ofUnits(e.getValue())));
        return new Rates(tokens, units, neverAsText);
    }

    static boolean isTokenKind(String wireName) {
        return KINDS.containsKey(wireName);
    }

    static TokenKind kind(String wireName) {
        TokenKind kind = KINDS.get(wireName);
        if (kind == null) {
            throw new IllegalArgumentException("unknown kind in the price list: " + wireName);
        }
        return kind;
    }
}
