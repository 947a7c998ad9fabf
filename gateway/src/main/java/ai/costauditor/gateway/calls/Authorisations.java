package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.NodeLease;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.Estimate;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.PriceBound;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import ai.costauditor.ledger.pricing.PriceStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Asks the ledger whether a call may leave. When this returns, its money is reserved, and that is durable. */
final class Authorisations {

    private final Ledger ledger;
    private final PriceCatalogue prices;
    private final Fingerprint fingerprint;
    private final NodeLease lease;
    private final GatewayMeters meters;
    private final GatewaySettings settings;

    Authorisations(
            Ledger ledger,
            PriceCatalogue prices,
            Fingerprint fingerprint,
            NodeLease lease,
            GatewayMeters meters,
            GatewaySettings settings) {
        this.ledger = ledger;
        this.prices = prices;
        this.fingerprint = fingerprint;
        this.lease = lease;
        this.meters = meters;
        this.settings = settings;
    }

    /**
     * @throws CallRefused if the key, its policy or its budgets do not allow it
     * @throws ai.costauditor.ledger.LedgerUnavailable if nobody can decide now
     */
    void authorise(Call call, HttpServletRequest request) {
        Optional<PriceBound> bound =
                prices.bound(call.provider().name(), call.model(), call.facts().dearerTier(), call.startedAt());
        boolean known = call.format().isFree() || bound.isPresent();
        Estimate estimate = call.format().isFree()
                ? null
                : bound.map(price -> Holds.estimate(
                                call.facts(), price, call.format().canBeShorter()))
                        .orElse(null);
        Hold hold = new Hold(amount(call, bound), call.startedAt().plus(settings.holdFor()), lease.node());
        switch (ledger.execute(new AuthoriseCall(
                call.key().id(),
                call.id(),
                describe(call, request),
                hold,
                known ? PriceStatus.PRICED : PriceStatus.UNPRICED,
                estimate,
                call.startedAt()))) {
            case Authorised yes -> {
                call.authorised(yes.available());
                if (estimate != null && call.key().policy().clamps()) {
                    call.shortenTo(estimate, hold.amount(), yes.hold());
                }
                meters.authorised();
            }
            case Refused no -> throw new CallRefused(Refusals.problem(call, no, estimate));
        }
    }

    private Money amount(Call call, Optional<PriceBound> bound) {
        return call.format().isFree()
                ? Money.ZERO
                : bound.map(price -> Holds.amount(call.facts(), price)).orElseGet(settings::unpricedAmount);
    }

    private CallRequest describe(Call call, HttpServletRequest request) {
        RequestFacts facts = call.facts();
        String endpoint = call.format().endpoint();
        return new CallRequest(
                call.provider().name(),
                endpoint,
                call.model(),
                facts.stream(),
                fingerprint.of(call.key().attribution().organisation(), endpoint, facts),
                Claims.of(request, facts.body()));
    }
}
