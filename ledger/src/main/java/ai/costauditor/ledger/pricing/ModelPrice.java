package ai.costauditor.ledger.pricing;

import ai.costauditor.ledger.usage.TokenKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The prices of one model over time.
 *
 * @param contextWindow tokens, if the list says
 * @param version of the list that it stands in
 */
record ModelPrice(String id, @Nullable Long contextWindow, List<Dated> prices, String version) {

    /** A price per unit that may rise for the whole request when its input is long. */
    record Rate(BigDecimal base, List<Tier> tiers, BigDecimal per) {

        record Tier(long above, BigDecimal price) {}

        /** @param inputTokens all input of the request, cached input too */
        BigDecimal at(long inputTokens) {
            BigDecimal price = base;
            for (Tier tier : tiers) {
                if (inputTokens > tier.above) {
                    price = tier.price;
                }
            }
            return price;
        }

        BigDecimal highest() {
            return Stream.concat(Stream.of(base), tiers.stream().map(Tier::price))
                    .max(BigDecimal::compareTo)
                    .orElse(base);
        }

        static Rate of(JsonNode node, String per) {
            List<Tier> tiers = node.path("tiers")
                    .valueStream()
                    .map(tier -> new Tier(tier.get("above").asLong(), decimal(tier.get("price"))))
                    .toList();
            return new Rate(decimal(node.get("price")), tiers, new BigDecimal(per));
        }

        private static BigDecimal decimal(JsonNode text) {
            return new BigDecimal(text.asString());
        }
    }

    /** Prices that hold from a day (UTC), or in some hours of each day (UTC), or always. */
    record Dated(
            @Nullable LocalDate from,
            @Nullable LocalTime dailyFrom,
            @Nullable LocalTime dailyTo,
            Map<TokenKind, Rate> tokens,
            Map<String, Rate> units) {

        boolean isConditional() {
            return from != null || dailyFrom != null;
        }

        boolean holds(Instant at) {
            if (from != null) {
                return !at.isBefore(from.atStartOfDay(ZoneOffset.UTC).toInstant());
            }
            if (dailyFrom == null || dailyTo == null) {
                return true;
            }
            LocalTime time = at.atZone(ZoneOffset.UTC).toLocalTime();
            return dailyFrom.isBefore(dailyTo)
                    ? !time.isBefore(dailyFrom) && time.isBefore(dailyTo)
                    : !time.isBefore(dailyFrom) || time.isBefore(dailyTo);
        }

        /** The kind's own rate, or the rate of the plainer kind that it is billed as when the list names none. */
        @Nullable Rate rate(TokenKind kind) {
            Rate own = tokens.get(kind);
            return own != null
                    ? own
                    : switch (kind) {
                        case INPUT, OUTPUT -> null;
                        case CACHE_WRITE_1H -> rate(TokenKind.CACHE_WRITE_5M);
                        case INPUT_CACHED, CACHE_WRITE_5M, INPUT_AUDIO, INPUT_IMAGE -> rate(TokenKind.INPUT);
                        case OUTPUT_REASONING, OUTPUT_AUDIO, OUTPUT_IMAGE -> rate(TokenKind.OUTPUT);
                    };
        }

        static Dated of(JsonNode node) {
            JsonNode daily = node.path("daily");
            return new Dated(
                    node.has("from") ? LocalDate.parse(node.get("from").asString()) : null,
                    time(daily.path("from")),
                    time(daily.path("to")),
                    tokens(node.get("tokens")),
                    node.get("units")
                            .propertyStream()
                            .collect(Collectors.toMap(
                                    Map.Entry::getKey,
                                    unit -> Rate.of(
                                            unit.getValue(),
                                            unit.getValue().get("per").asString()))));
        }

        private static Map<TokenKind, Rate> tokens(JsonNode node) {
            Map<TokenKind, Rate> rates = new EnumMap<>(TokenKind.class);
            Map<String, TokenKind> kinds =
                    Stream.of(TokenKind.values()).collect(Collectors.toMap(TokenKind::wireName, Function.identity()));
            node.propertyStream().forEach(entry -> {
                TokenKind kind = kinds.get(entry.getKey());
                if (kind == null) {
                    throw new IllegalArgumentException("unknown kind in the price list: " + entry.getKey());
                }
                rates.put(kind, Rate.of(entry.getValue(), "1000000"));
            });
            return rates;
        }

        private static @Nullable LocalTime time(JsonNode text) {
            return text.isMissingNode() ? null : LocalTime.parse(text.asString().replace("Z", ""));
        }
    }

    /** The last conditional price that holds, else the plain one (the order that the list gives them). */
    Dated at(Instant instant) {
        for (Dated dated : prices.reversed()) {
            if (dated.holds(instant)) {
                return dated;
            }
        }
        return prices.getFirst();
    }

    static ModelPrice of(JsonNode node, String version) {
        return new ModelPrice(
                node.get("id").asString(),
                node.has("context_window") ? node.get("context_window").asLong() : null,
                node.get("prices").valueStream().map(Dated::of).toList(),
                version);
    }
}
