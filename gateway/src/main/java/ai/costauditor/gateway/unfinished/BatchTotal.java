package ai.costauditor.gateway.unfinished;

import ai.costauditor.gateway.charges.Charging;
import ai.costauditor.gateway.stored.StoredObject;
import ai.costauditor.gateway.wire.BatchLines;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.ChargeLine;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the results of a batch. Each line is charged by its own model and counted once, by its name; what has the same
 * price becomes one line of the charge.
 */
final class BatchTotal {

    private record Price(String kind, BigDecimal price, BigDecimal per) {}

    private final StoredObject batch;
    private final Charging charging;
    private final Set<String> seen = new HashSet<>();
    private final Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
    private final Map<String, BigDecimal> units = new TreeMap<>();
    private final Map<Price, BigDecimal> quantities = new LinkedHashMap<>();
    private Usage.Status status = Usage.Status.EXACT;
    private boolean priced = true;
    private @Nullable String version;
    private @Nullable String model;
    private long billed;

    BatchTotal(StoredObject batch, Charging charging) {
        this.batch = batch;
        this.charging = charging;
    }

    void add(BatchLines.Result line) {
        if (!seen.add(line.customId()) || line.reading() == null) {
            return;
        }
        billed++;
        Reading reading = line.reading();
        Usage usage = reading.usage();
        model = reading.model() == null ? model : reading.model();
        usage.tokens().forEach((kind, count) -> tokens.merge(kind, count, Long::sum));
        usage.units().forEach((unit, count) -> units.merge(unit, count, BigDecimal::add));
        if (usage.status() != Usage.Status.EXACT) {
            status = usage.status();
            return;
        }
        Charge charge = charging.of(
                batch.organisation(),
                batch.provider(),
                batch.model(),
                reading,
                reading.serviceTier(),
                usage,
                batch.createdAt());
        priced &= charge.status() == PriceStatus.PRICED;
        version = charge.version() == null ? version : charge.version();
        charge.lines()
                .forEach(part -> quantities.merge(
                        new Price(part.kind(), part.unitPrice(), part.per()), part.quantity(), BigDecimal::add));
    }

    /** Lines that have a result. */
    long billed() {
        return billed;
    }

    /** A line whose usage nobody knows makes the whole unknown. */
    Usage usage() {
        return new Usage(status, tokens, units, null);
    }

    Charge charge() {
        List<ChargeLine> lines = quantities.entrySet().stream()
                .map(entry -> line(entry.getKey(), entry.getValue()))
                .toList();
        return priced && version != null ? Charge.of(version, lines) : Charge.unpriced();
    }

    /** Rounded once, as every line of a charge is. */
    private static ChargeLine line(Price price, BigDecimal quantity) {
        BigDecimal amount = quantity.multiply(price.price()).divide(price.per(), Money.SCALE, RoundingMode.HALF_EVEN);
        return new ChargeLine(price.kind(), quantity, price.price(), price.per(), new Money(amount));
    }

    @Nullable String model() {
        return model;
    }
}
