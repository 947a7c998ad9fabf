package ai.costauditor.projections.prices;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.Adjustments;
import ai.costauditor.ledger.adjustments.ChargedCalls;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.OrganisationPrices;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.projections.prices.UnpricedCalls.Unpriced;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether calls that have no cost have a price by now, and charges them by an adjustment. It remembers nothing that
 * matters: which calls wait stands in the call log, an adjustment's id is made of its call's, and so after a crash, or with
 * two of these at work, each call is still charged once.
 */
public final class WhenPriceArrivesThenRerate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WhenPriceArrivesThenRerate.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** Calls that were settled while a price was on its way to their process. */
    private static final Duration OVERLAP = Duration.ofMinutes(1);

    /** A call log that was far behind, or that is made again, brings calls that ended long ago. */
    private static final Duration ALL_AGAIN = Duration.ofMinutes(10);

    private static final int PAGE = 500;

    private final UnpricedCalls unpriced;
    private final PriceBooks books;
    private final ChargedCalls recorded;
    private final Adjustments adjustments;
    private final Clock clock;
    private final Map<OrganisationId, Look> looks = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("re-rating").factory());

    private record Look(OrganisationPrices prices, Instant at, Instant lastWhole) {}

    public WhenPriceArrivesThenRerate(
            UnpricedCalls unpriced, PriceBooks books, ChargedCalls recorded, Adjustments adjustments, Clock clock) {
        this.unpriced = unpriced;
        this.books = books;
        this.recorded = recorded;
        this.adjustments = adjustments;
        this.clock = clock;
    }

    public void start() {
        timer.scheduleWithFixedDelay(
                this::rerateAndLog, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void rerateAndLog() {
        try {
            rerate();
        } catch (RuntimeException e) {
            LOG.warn("Calls without a price could not be looked at and will be later: {}", e.toString());
        }
    }

    void rerate() {
        for (OrganisationId organisation : unpriced.organisations()) {
            rerate(organisation);
        }
    }

    private void rerate(OrganisationId organisation) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        OrganisationPrices prices = books.of(organisation);
        Look before = looks.get(organisation);
        if (before == null
                || before.prices != prices
                || before.lastWhole.plus(ALL_AGAIN).isBefore(now)) {
            rerate(organisation, prices, Instant.EPOCH, now);
            looks.put(organisation, new Look(prices, now, now));
        } else {
            rerate(organisation, prices, before.at.minus(OVERLAP), now);
            looks.put(organisation, new Look(prices, now, before.lastWhole));
        }
    }

    private void rerate(OrganisationId organisation, OrganisationPrices prices, Instant since, Instant now) {
        String last = "";
        List<Unpriced> page;
        do {
            page = unpriced.calls(organisation, since, last, PAGE);
            for (Unpriced call : page) {
                if (prices.knows(call.provider(), call.model())) {
                    rerate(call, prices, now);
                }
                last = call.call().value();
            }
        } while (page.size() == PAGE);
    }

    /** @throws LedgerUnavailable if it has to be done later; what was done stays done */
    private void rerate(Unpriced waiting, OrganisationPrices prices, Instant now) {
        recorded.unpriced(waiting.key(), waiting.call()).ifPresent(call -> {
            Charge charge = call.price(prices);
            if (charge.total() == null) {
                return;
            }
            try {
                adjustments.adjust(
                        waiting.key(),
                        new AdjustmentId(AdjustmentId.PREFIX + "rerating_" + waiting.call()),
                        AdjustmentKind.RE_RATING,
                        charge.total(),
                        waiting.call(),
                        charge.version(),
                        new Change("system:re-rating", now, "a price arrived for " + waiting.model()));
            } catch (RuleViolated e) {
                // somebody has said meanwhile what it cost
                LOG.info("{} is not re-rated: {}", waiting.call(), e.getMessage());
            }
        });
    }

    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(10, TimeUnit.SECONDS);
    }
}
