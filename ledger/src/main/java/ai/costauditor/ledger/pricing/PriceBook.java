package ai.costauditor.ledger.pricing;

import static ai.costauditor.ledger.RuleViolated.Code.CONFLICT;
import static ai.costauditor.ledger.RuleViolated.Code.INVALID;
import static ai.costauditor.ledger.RuleViolated.Code.NOT_FOUND;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.pricing.PriceBookCommand.EndPrice;
import ai.costauditor.ledger.pricing.PriceBookCommand.ImportList;
import ai.costauditor.ledger.pricing.PriceBookCommand.SetPrices;
import ai.costauditor.ledger.pricing.PriceBookEvent.ListImported;
import ai.costauditor.ledger.pricing.PriceBookEvent.PriceEnded;
import ai.costauditor.ledger.pricing.PriceBookEvent.PriceSet;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;

/** What an organisation pays: its own prices beside the catalogue's, each with a beginning, an author and a reason. */
@AggregateRoot(type = "prices")
@SuppressWarnings("NullAway.Init") // the first event of a stream names it
class PriceBook {

    @AggregateIdentifier
    private String id;

    private final Map<PriceId, PriceRule> asSet = new HashMap<>();
    private final Map<PriceId, Instant> ends = new HashMap<>();
    private final Map<String, ListImported> lists = new HashMap<>();

    PriceBook() {}

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    List<PriceId> handle(SetPrices c, PlausiblePrices plausible) {
        requireReason(c.change());
        require(!c.rules().isEmpty(), INVALID, "there is no price to set");
        for (PriceRule rule : c.rules()) {
            PriceRule before = asSet.get(rule.id());
            require(before == null || before.equals(rule), CONFLICT, rule.id() + " is another price");
            if (before == null) {
                PriceRules.requireSense(rule, c.change().at());
                if (!c.confirmed()) {
                    plausible.requireNoSlip(rule);
                }
                apply(new PriceSet(c.organisation(), rule, c.confirmed(), c.change()));
            }
        }
        return c.rules().stream().map(PriceRule::id).toList();
    }

    @CommandHandler
    PriceId handle(EndPrice c) {
        requireReason(c.change());
        require(asSet.containsKey(c.price()), NOT_FOUND, "there is no price " + c.price());
        Instant until = c.until() == null ? c.change().at() : c.until();
        Instant ends = this.ends.get(c.price());
        if (until.equals(ends)) {
            return c.price();
        }
        require(!until.isBefore(c.change().at()), INVALID, "a price cannot end in the past: charges were made with it");
        require(ends == null || ends.isAfter(c.change().at()), CONFLICT, c.price() + " has ended already");
        apply(new PriceEnded(c.organisation(), c.price(), until, c.change()));
        return c.price();
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    String handle(ImportList c, PlausiblePrices plausible) {
        requireReason(c.change());
        String version = plausible.requireReadable(c.list(), c.from()).version();
        ListImported before = lists.get(version);
        if (before == null) {
            require(!plausible.isShipped(version), CONFLICT, "the list " + version + " is here already");
            require(!c.from().isBefore(c.change().at()), INVALID, "a list cannot begin in the past");
            apply(new ListImported(c.organisation(), version, c.from(), c.list(), c.change()));
        } else {
            boolean same = before.list().equals(c.list()) && before.from().equals(c.from());
            require(same, CONFLICT, "another list has the version " + version);
        }
        return version;
    }

    private static void requireReason(Change change) {
        require(change.reason() != null && !change.reason().isBlank(), INVALID, "a change of prices needs a reason");
    }

    private static void require(boolean rule, RuleViolated.Code code, String message) {
        if (!rule) {
            throw new RuleViolated(code, message);
        }
    }

    @EventSourcingHandler
    void on(PriceBookEvent event) {
        id = "prices_" + event.organisation();
        switch (event) {
            case PriceSet e -> {
                asSet.put(e.rule().id(), e.rule());
                if (e.rule().until() != null) {
                    ends.put(e.rule().id(), e.rule().until());
                }
            }
            case PriceEnded e -> ends.put(e.price(), e.until());
            case ListImported e -> lists.put(e.version(), e);
        }
    }
}
