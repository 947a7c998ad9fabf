package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.routing.Candidate;
import ai.costauditor.gateway.wire.ErrorShape.Kind;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.money.Money;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ends an attempt in the ledger and asks for the next one's money. What the first may have cost stays counted while the next
 * one is decided on, so no budget pays for a fallback that it cannot afford.
 */
final class Fallbacks {

    /** These are about the one provider and model, so the next one may still do. */
    private static final Set<Kind> ABOUT_THE_CANDIDATE = Set.of(Kind.NOT_ALLOWED, Kind.UNKNOWN_MODEL);

    private final Authorisations authorisations;
    private final Settlements settlements;
    private final GatewayMeters meters;

    Fallbacks(Authorisations authorisations, Settlements settlements, GatewayMeters meters) {
        this.authorisations = authorisations;
        this.settlements = settlements;
        this.meters = meters;
    }

    /** @throws LedgerUnavailable if the end cannot be recorded in time; it is recorded later */
    void end(Call call, Tried tried) {
        if (tried.costNothing()) {
            settlements.release(call, tried.outcome());
        } else {
            settlements.expire(call, null, null, tried.outcome());
        }
    }

    /**
     * @param call that has ended with the attempt
     * @param first who is asked next
     * @return null if nobody may be asked: a budget refuses, or nobody is left
     */
    @Nullable Call next(Call call, Tried tried, Candidate first, HttpServletRequest request) {
        Optional<Candidate> candidate = Optional.of(first);
        while (candidate.isPresent()) {
            Call other = call.another(candidate.get());
            call.handOverTo(other, tried.outcome(), tried.costNothing() ? Money.ZERO : null);
            try {
                authorisations.authorise(other, request);
                return other;
            } catch (CallRefused e) {
                other.untried();
                meters.refused(e.problem().kind());
                if (!ABOUT_THE_CANDIDATE.contains(e.problem().kind()) || other.journey() == null) {
                    return null;
                }
                candidate = other.journey().next();
            } catch (LedgerUnavailable | RuleViolated e) {
                other.untried();
                return null;
            }
        }
        return null;
    }
}
