package ai.costauditor.ledger.keys;

import ai.costauditor.ledger.organisations.Attribution;
import java.time.Instant;

/** A call that was authorised and has not ended, or whose outcome is not known. */
record OpenCall(Attribution attribution, CallRequest request, Hold hold, Instant authorisedAt) {

    OpenCall until(Instant expires) {
        return new OpenCall(attribution, request, new Hold(hold.amount(), expires, hold.node()), authorisedAt);
    }
}
