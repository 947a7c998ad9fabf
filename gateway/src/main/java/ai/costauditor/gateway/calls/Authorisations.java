package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.charges.Holds;
import ai.costauditor.gateway.previews.Preview;
import ai.costauditor.gateway.unfinished.UnfinishedSettings;
import ai.costauditor.gateway.wire.RequestBody;
import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.NodeLease;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.Estimate;
import ai.costauditor.ledger.keys.Previews;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.previews.PreviewVault;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.ledger.pricing.PriceBound;
import ai.costauditor.ledger.pricing.PriceStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the ledger whether a call may leave. When this returns, its money is reserved, and that is durable. */
final class Authorisations {

    /** In the place of the process that forwards a call. */
    private static final String AT_THE_PROVIDER = "provider";

    private final Ledger ledger;
    private final PriceBooks prices;
    private final Fingerprint fingerprint;
    private final NodeLease lease;
    private final PreviewVault previews;
    private final GatewayMeters meters;
    private final GatewaySettings settings;
    private final UnfinishedSettings unfinished;

    Authorisations(
            Ledger ledger,
            PriceBooks prices,
            Fingerprint fingerprint,
            NodeLease lease,
            PreviewVault previews,
            GatewayMeters meters,
            GatewaySettings settings,
            UnfinishedSettings unfinished) {
        this.ledger = ledger;
        this.prices = prices;
        this.fingerprint = fingerprint;
        this.lease = lease;
        this.previews = previews;
        this.meters = meters;
        this.settings = settings;
        this.unfinished = unfinished;
    }

    /**
     * @throws CallRefused if the key, its policy or its budgets do not allow it
     * @throws ai.costauditor.ledger.LedgerUnavailable if nobody can decide now
     */
    void authorise(Call call, HttpServletRequest request) {
        Optional<PriceBound> bound = prices.of(call.key().attribution().organisation())
                .bound(
                        call.provider().name(),
                        call.model(),
                        call.provider().conditions(call.facts().dearerTier()),
                        call.startedAt())
                .flatMap(call::billedBy);
        BatchBounds.Bound batch = call.reserved();
        boolean known = call.format().isFree() || (batch == null ? bound.isPresent() : batch.isPriced());
        Estimate estimate = call.format().isFree() || batch != null
                ? null
                : bound.map(price -> Holds.estimate(
                                call.facts(), price, call.format().canBeShorter()))
                        .orElse(null);
        authorise(call, request, amount(call, bound), known, estimate);
    }

    /** An answer that is there already costs nothing; whether the key may have it is decided as for any other. */
    void authoriseRepeat(Call call, HttpServletRequest request) {
        authorise(call, request, Money.ZERO, true, null);
    }

    private void authorise(
            Call call, HttpServletRequest request, Money most, boolean known, @Nullable Estimate estimate) {
        Hold hold = hold(call, most);
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
                call.limited(yes.limits());
                if (call.preview() != null) {
                    call.preview().keepRequest();
                }
                if (estimate != null && yes.shortened()) {
                    call.shortenTo(estimate, yes.hold());
                }
                meters.authorised();
            }
            case Refused no -> {
                call.limited(no.limits());
                throw new CallRefused(Refusals.problem(call, no, estimate));
            }
        }
    }

    /** Work that goes on at the provider does not end with this process. */
    private Hold hold(Call call, Money amount) {
        return call.format().mayEndLater(call.facts())
                ? new Hold(amount, call.startedAt().plus(unfinished.holdFor()), AT_THE_PROVIDER)
                : new Hold(amount, call.startedAt().plus(settings.holdFor()), lease.node());
    }

    private Money amount(Call call, Optional<PriceBound> bound) {
        BatchBounds.Bound batch = call.reserved();
        if (batch != null) {
            return batch.isPriced() ? batch.amount() : settings.unpricedAmount();
        }
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
                fingerprint.of(call.key().attribution().organisation(), question(call, endpoint), facts),
                Claims.of(request, facts.body()),
                preview(call));
    }

    private @Nullable String preview(Call call) {
        Previews policy = previews.isConfigured() ? call.policy().previews() : null;
        if (policy == null) {
            return null;
        }
        Attribution whose = call.key().attribution();
        Preview preview = new Preview(
                previews,
                policy,
                whose.organisation(),
                PreviewVault.subject(whose, call.key().id()),
                call.id());
        call.previewed(preview);
        return preview.ofRequest(call.facts().body().bytes());
    }

    /** Who asks twice how his work stands has not asked a model twice. */
    private static String question(Call call, String endpoint) {
        return call.facts().body() == RequestBody.NONE ? endpoint + "/" + call.id() : endpoint;
    }
}
