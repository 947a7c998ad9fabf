package ai.costauditor.ledger.check;

import static ai.costauditor.ledger.check.CallState.Status.DENIED;
import static ai.costauditor.ledger.check.CallState.Status.EXPIRED;
import static ai.costauditor.ledger.check.CallState.Status.OPEN;
import static ai.costauditor.ledger.check.CallState.Status.RELEASED;
import static ai.costauditor.ledger.check.CallState.Status.SETTLED;
import static ai.costauditor.ledger.check.CallState.Status.SETTLED_LATE;

import ai.costauditor.ledger.check.CallState.Charge;
import ai.costauditor.ledger.check.CallState.Counting;
import ai.costauditor.ledger.check.CallState.End;
import ai.costauditor.ledger.check.CallState.Hold;
import ai.costauditor.ledger.check.CallState.Item;
import ai.costauditor.ledger.check.CallState.Owner;
import ai.costauditor.ledger.check.CallState.Request;
import ai.costauditor.ledger.check.CallState.Usage;
import ai.costauditor.ledger.check.Effect.Adjusted;
import ai.costauditor.ledger.check.Effect.Administered;
import ai.costauditor.ledger.check.Effect.Balance;
import ai.costauditor.ledger.check.Effect.Corrected;
import ai.costauditor.ledger.check.Effect.Impossible;
import ai.costauditor.ledger.check.Effect.Limit;
import ai.costauditor.ledger.check.Effect.LimitsSet;
import ai.costauditor.ledger.check.Effect.Move;
import ai.costauditor.ledger.check.Effect.Moved;
import ai.costauditor.ledger.check.Effect.PolicyCounted;
import ai.costauditor.ledger.check.Effect.PolicySet;
import ai.costauditor.ledger.check.Effect.Posting;
import ai.costauditor.ledger.check.Effect.Rate;
import ai.costauditor.ledger.check.Effect.Refused;
import ai.costauditor.ledger.check.Effect.Rule;
import ai.costauditor.ledger.check.Effect.Step;
import ai.costauditor.ledger.check.Effect.Told;
import ai.costauditor.ledger.money.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the record says, read from the stored JSON in its order. This is the one place that knows the kinds of events: a new
 * one gets its line in {@link #kinds} and a method that says what it means. It remembers the keys, and of the calls only
 * those that are open or unresolved.
 */
public final class Book {

    private interface Meaning {
        Effect of(StoredEvent event, Fields fields);
    }

    private final Map<String, Meaning> kinds = new LinkedHashMap<>();

    {
        kinds.put("organisation.Created", (e, f) -> made(e, f, "organisation", "name", "currency", "zone"));
        kinds.put("organisation.TeamCreated", (e, f) -> made(e, f, "team", "organisation", "name"));
        kinds.put("organisation.TeamRenamed", (e, f) -> renamed(e, f, "team"));
        kinds.put("organisation.ProjectCreated", (e, f) -> made(e, f, "project", "organisation", "team", "name"));
        kinds.put("organisation.ProjectRenamed", (e, f) -> renamed(e, f, "project"));
        kinds.put("organisation.UserRegistered", (e, f) -> made(e, f, "user", "organisation"));

        kinds.put("organisation.TextErased", (e, f) -> new Administered());

        kinds.put("key.Issued", this::issued);
        kinds.put("key.PolicyChanged", (e, f) -> changed(e, key -> key.policy(f.any("policy"))));
        kinds.put("key.BudgetsSet", (e, f) -> changed(e, key -> key.limitTo(f)));
        kinds.put("key.ThresholdReached", (e, f) -> told(e.stream(), f));
        kinds.put("key.Moved", (e, f) -> changed(e, key -> key.moveTo(owner(f))));
        kinds.put("key.Suspended", (e, f) -> changed(e, key -> key.status("SUSPENDED")));
        kinds.put("key.Resumed", (e, f) -> changed(e, key -> key.status("ACTIVE")));
        kinds.put("key.Revoked", (e, f) -> changed(e, key -> key.status("REVOKED")));
        kinds.put("key.SecretRotated", (e, f) -> changed(e, key -> key.secret(f.text("secret"))));
        kinds.put("key.CallAuthorised", this::authorised);
        kinds.put("key.CallDenied", this::denied);
        kinds.put("key.CallSettled", (e, f) -> ended(e, f, Set.of(OPEN), SETTLED));
        kinds.put("key.CallSettledLate", (e, f) -> ended(e, f, Set.of(EXPIRED), SETTLED_LATE));
        kinds.put("key.CallReleased", (e, f) -> ended(e, f, Set.of(OPEN, EXPIRED), RELEASED));
        kinds.put("key.HoldExpired", (e, f) -> ended(e, f, Set.of(OPEN), EXPIRED));
        kinds.put("key.HoldExtended", this::extended);
        kinds.put("key.ChargeAdjusted", this::adjusted);

        kinds.put("budget.LimitsSet", this::limitsSet);
        kinds.put("budget.Moved", this::moved);
        kinds.put("budget.ThresholdReached", (e, f) -> told(f.in("scope").text("id"), f));

        kinds.put("policy.Set", this::policySet);
        kinds.put("policy.Counted", this::policyCounted);

        kinds.put("period.ClosingBegun", this::ofOrganisation);
        kinds.put("period.Closed", this::ofOrganisation);

        kinds.put("prices.Set", this::ofOrganisation);
        kinds.put("prices.Ended", this::ofOrganisation);
        kinds.put("prices.ListImported", this::ofOrganisation);
    }

    private final Store store;
    private final Seen seen;
    private final Map<String, KeyState> keys = new TreeMap<>();
    private final Map<String, CallState> calls = new HashMap<>();
    private final Map<String, String> organisations = new HashMap<>();
    private final Map<String, Map<String, Map<String, String>>> entries = new HashMap<>();

    Book(Store store, long events) {
        this.store = store;
        this.seen = new Seen(events / 2);
    }

    Set<String> kinds() {
        return kinds.keySet();
    }

    public @Nullable KeyState key(String id) {
        return keys.get(id);
    }

    Collection<KeyState> keys() {
        return keys.values();
    }

    /** None if no event of the stream says whose it is. */
    @Nullable String organisationOf(StoredEvent event) {
        return organisations.get(event.stream());
    }

    Effect read(StoredEvent event) {
        Meaning meaning = kinds.get(event.type());
        if (meaning == null) {
            return new Impossible(Rule.KNOWN_TYPE, "nobody knows what " + event + " means");
        }
        try {
            return meaning.of(event, Fields.of(event.payload()));
        } catch (RuntimeException e) {
            return new Impossible(Rule.READABLE, event + " cannot be read: " + e.getMessage());
        }
    }

    // --- keys and organisations ---

    private Effect made(StoredEvent event, Fields fields, String kind, String... columns) {
        organisations.put(event.stream(), fields.text("organisation"));
        Map<String, String> entry = new TreeMap<>();
        for (String column : columns) {
            entry.put(column, fields.text(column));
        }
        boolean isNew = entries(kind).putIfAbsent(fields.text(kind), entry) == null;
        return isNew
                ? new Administered()
                : new Impossible(Rule.ONE_BEGINNING, event + " makes a " + kind + " that there is already");
    }

    private Effect renamed(StoredEvent event, Fields fields, String kind) {
        Map<String, String> entry = entries(kind).get(fields.text(kind));
        if (entry == null) {
            return new Impossible(Rule.ONE_BEGINNING, event + " renames a " + kind + " that was never made");
        }
        entry.put("name", fields.text("name"));
        return new Administered();
    }

    /** Organisations, teams, projects or users by their ids, with the columns that their directory has. */
    Map<String, Map<String, String>> entries(String kind) {
        return entries.computeIfAbsent(kind, k -> new TreeMap<>());
    }

    private Effect issued(StoredEvent event, Fields fields) {
        Owner owner = owner(fields);
        organisations.put(event.stream(), owner.organisation());
        if (keys.containsKey(event.stream())) {
            return new Impossible(Rule.ONE_BEGINNING, event + " issues a key that there is already");
        }
        keys.put(
                event.stream(),
                new KeyState(owner, fields.zone("zone"), fields.text("secret"), fields.any("policy"), fields));
        return new Administered();
    }

    private Effect changed(StoredEvent event, java.util.function.Consumer<KeyState> change) {
        KeyState key = keys.get(event.stream());
        if (key == null) {
            return new Impossible(Rule.ONE_BEGINNING, event + " changes a key that was never issued");
        }
        change.accept(key);
        return new Administered();
    }

    private Effect policySet(StoredEvent event, Fields fields) {
        Fields scope = fields.in("scope");
        organisations.put(event.stream(), scope.text("organisation"));
        entries("policy")
                .put(
                        scope.text("id"),
                        new TreeMap<>(Map.of(
                                "organisation", scope.text("organisation"),
                                "scope_type", scope.text("type"),
                                "policy", fields.any("policy").toString())));
        Fields policy = fields.in("policy");
        return new PolicySet(
                scope.text("id"),
                policy.has("requestsPerMinute"),
                policy.has("tokensPerMinute"),
                policy.has("parallelCalls"));
    }

    private Effect policyCounted(StoredEvent event, Fields fields) {
        String scope = fields.in("scope").text("id");
        if (!entries("policy").containsKey(scope)) {
            return new Impossible(Rule.ONE_BEGINNING, event + " counts under a policy that was never set");
        }
        Fields counts = fields.in("counts");
        Map<Long, Rate> seconds = new TreeMap<>();
        for (Fields second : counts.list("seconds")) {
            seconds.put(second.number("second"), new Rate(second.number("requests"), second.number("tokens")));
        }
        return new PolicyCounted(scope, seconds, counts.number("open"));
    }

    private Effect ofOrganisation(StoredEvent event, Fields fields) {
        organisations.put(event.stream(), fields.text("organisation"));
        return new Administered();
    }

    // --- calls ---

    private Effect authorised(StoredEvent event, Fields fields) {
        CallState call = began(fields, OPEN);
        Impossible already = already(event, call);
        if (already != null) {
            return already;
        }
        calls.put(call.id(), call);
        KeyState key = Objects.requireNonNull(keys.get(event.stream()));
        List<String> elsewhere = key.owner().equals(call.owner())
                ? List.of()
                : List.of(event + ": " + call.id() + " is charged to " + call.owner() + ", its key to " + key.owner());
        return new Step(null, call, call.startedAt(), elsewhere);
    }

    private Effect denied(StoredEvent event, Fields fields) {
        CallState call = began(fields, DENIED);
        Impossible already = already(event, call);
        return already == null ? new Refused(call, balance(event, fields.inOrNone("balance"))) : already;
    }

    private CallState began(Fields fields, CallState.Status status) {
        Fields request = fields.in("request");
        return new CallState(
                fields.text("call"),
                owner(fields),
                new Request(
                        request.text("provider").intern(),
                        request.text("endpoint").intern(),
                        request.text("model").intern(),
                        request.textOrNone("fingerprint")),
                fields.time("at"),
                status,
                hold(fields.in("hold")),
                null,
                null,
                null,
                fields.textOrNone("reason"),
                Counting.at(fields.time("at")));
    }

    private @Nullable Impossible already(StoredEvent event, CallState call) {
        if (!keys.containsKey(event.stream())) {
            return new Impossible(Rule.ONE_BEGINNING, event + " is about a key that was never issued");
        }
        if (!seen.add(call.id())) {
            return null;
        }
        boolean known = calls.containsKey(call.id())
                || !store.typesBefore(event, call.id()).isEmpty();
        return known ? new Impossible(Rule.ONE_BEGINNING, event + " begins " + call.id() + " again") : null;
    }

    private Effect ended(StoredEvent event, Fields fields, Set<CallState.Status> from, CallState.Status to) {
        CallState before = calls.get(fields.text("call"));
        if (before == null || !from.contains(before.status())) {
            return cannotEnd(event, fields.text("call"), before, to);
        }
        Fields end = fields.in("end");
        CallState after = before.ended(
                to,
                new End(fields.time("at"), end.textOrNone("modelServed"), end.text("outcome")),
                usage(fields.inOrNone("usage")),
                charge(fields.inOrNone("charge")),
                afterClose(fields));
        if (after.isUnresolved()) {
            calls.put(after.id(), after);
        } else {
            calls.remove(after.id());
        }
        Instant countsAt = Objects.requireNonNullElse(afterClose(fields), after.startedAt());
        return new Step(before, after, countsAt, contradictions(event, before, fields));
    }

    private static @Nullable Instant afterClose(Fields fields) {
        Fields afterClose = fields.inOrNone("afterClose");
        return afterClose == null ? null : afterClose.time("countsAt");
    }

    private Impossible cannotEnd(StoredEvent event, String call, @Nullable CallState before, CallState.Status to) {
        if (before != null) {
            boolean late = to == SETTLED_LATE && before.status() == OPEN || to == SETTLED && before.status() == EXPIRED;
            return new Impossible(
                    late ? Rule.LATE_AFTER_EXPIRY : Rule.ONE_END,
                    event + " ends " + call + ", which is " + before.status().storedName());
        }
        List<String> types = store.typesBefore(event, call);
        return types.contains("key.CallAuthorised")
                ? new Impossible(Rule.ONE_END, event + " ends " + call + " after " + String.join(", ", types))
                : new Impossible(Rule.AUTHORISED_BEFORE, event + " ends " + call + ", which was never authorised");
    }

    private Effect extended(StoredEvent event, Fields fields) {
        CallState before = calls.get(fields.text("call"));
        if (before == null || before.status() != OPEN) {
            return cannotEnd(event, fields.text("call"), before, OPEN);
        }
        CallState after = before.until(fields.time("expires"));
        calls.put(after.id(), after);
        return new Step(before, after, after.startedAt(), contradictions(event, before, fields));
    }

    private Effect adjusted(StoredEvent event, Fields fields) {
        if (!keys.containsKey(event.stream())) {
            return new Impossible(Rule.ONE_BEGINNING, event + " is about a key that was never issued");
        }
        Fields corrected = fields.inOrNone("corrected");
        Instant at = corrected == null ? fields.in("change").time("at") : corrected.time("authorisedAt");
        Instant countsAt = Objects.requireNonNullElse(afterClose(fields), at);
        if (corrected == null) {
            return new Adjusted(
                    owner(fields), fields.text("kind"), fields.money("amount"), countsAt, null, null, null, List.of());
        }
        String call = corrected.text("call");
        CallState before = calls.get(call);
        if (before == null ? !seen.has(call) : before.status() == OPEN) {
            return new Impossible(Rule.AUTHORISED_BEFORE, event + " corrects " + call + ", which has not ended");
        }
        Money unresolved = corrected.moneyOrNone("unresolved");
        if ((unresolved == null) != (before == null)) {
            String taken = unresolved == null ? "known" : "not known";
            return new Impossible(Rule.ONE_END, event + " takes the cost of " + call + " for " + taken);
        }
        calls.remove(call);
        return new Adjusted(
                owner(fields),
                fields.text("kind"),
                fields.money("amount"),
                countsAt,
                new Corrected(call, corrected.text("provider"), corrected.text("model")),
                before,
                before == null ? null : before.resolved(),
                contradictions(event, before, unresolved));
    }

    private static List<String> contradictions(
            StoredEvent event, @Nullable CallState before, @Nullable Money unresolved) {
        return before == null || before.hold().amount().equals(unresolved)
                ? List.of()
                : List.of(event + " resolves " + unresolved + " of " + before.id() + ", which held "
                        + before.hold().amount());
    }

    /** Events repeat what was frozen by the authorisation, so that each can be read alone, wherever the key is by then. */
    private static List<String> contradictions(StoredEvent event, CallState call, Fields fields) {
        List<String> found = new ArrayList<>();
        if (!call.owner().equals(owner(fields))) {
            found.add(event + ": " + call.id() + " is charged to " + owner(fields) + ", its authorisation to "
                    + call.owner());
        }
        String authorisedAt = fields.textOrNone("authorisedAt");
        if (authorisedAt != null && !Instant.parse(authorisedAt).equals(call.startedAt())) {
            found.add(event + ": " + call.id() + " was authorised at " + authorisedAt + ", its authorisation says "
                    + call.startedAt());
        }
        Fields hold = fields.inOrNone("hold");
        if (hold != null && !hold.money("amount").equals(call.hold().amount())) {
            found.add(event + ": " + call.id() + " holds " + hold.money("amount") + ", its authorisation says "
                    + call.hold().amount());
        }
        return found;
    }

    private static Owner owner(Fields fields) {
        Fields to = fields.in("attribution");
        return new Owner(
                fields.text("key").intern(),
                to.text("organisation").intern(),
                to.text("team").intern(),
                to.text("project").intern(),
                to.textOrNone("user"));
    }

    private static Hold hold(Fields hold) {
        return new Hold(
                hold.money("amount"), hold.time("expires"), hold.text("node").intern());
    }

    private static @Nullable Usage usage(@Nullable Fields usage) {
        return usage == null ? null : new Usage(usage.text("status"), usage.numbers("tokens"));
    }

    private static @Nullable Charge charge(@Nullable Fields charge) {
        return charge == null
                ? null
                : new Charge(
                        charge.text("status"),
                        charge.moneyOrNone("total"),
                        charge.list("lines").stream().map(Book::item).toList());
    }

    private static Item item(Fields line) {
        return new Item(
                line.text("kind"),
                line.decimal("quantity"),
                line.decimal("unitPrice"),
                line.decimal("per"),
                line.money("amount"));
    }

    // --- limits ---

    /** @param list as the store, and the tables made from it, keep limits */
    public static List<Limit> limits(String list) {
        return limits(Fields.of("{\"limits\":" + list + "}"), "limits");
    }

    static List<Limit> limits(Fields fields, String name) {
        return fields.list(name).stream().map(Book::limit).toList();
    }

    private static Limit limit(Fields limit) {
        Fields raise = limit.inOrNone("raise");
        return new Limit(
                Window.of(limit.text("window")),
                limit.text("kind").equals("hard"),
                limit.money("limit"),
                raise == null ? null : new Limit.Raise(raise.money("by"), raise.time("until")));
    }

    private static Effect told(String scope, Fields fields) {
        Fields threshold = fields.in("threshold");
        return new Told(
                scope,
                Window.of(threshold.text("window")),
                threshold.text("kind").equals("hard"),
                threshold.any("percent").intValue(),
                threshold.money("limit"),
                threshold.money("spent"),
                fields.time("at"));
    }

    private static @Nullable Balance balance(StoredEvent event, @Nullable Fields balance) {
        if (balance == null) {
            return null;
        }
        String scope = balance.textOrNone("scopeId");
        return new Balance(
                scope == null ? event.stream() : scope,
                limit(balance.in("budget")),
                balance.time("windowStart"),
                amounts(balance));
    }

    static Amounts amounts(Fields counter) {
        return new Amounts(counter.money("spent"), counter.money("held"), counter.money("unresolved"));
    }

    private Effect limitsSet(StoredEvent event, Fields fields) {
        Fields scope = fields.in("scope");
        organisations.put(event.stream(), scope.text("organisation"));
        Map<Counters.Place, Amounts> opening = null;
        if (fields.has("opening")) {
            opening = new LinkedHashMap<>();
            for (Fields counter : fields.list("opening")) {
                opening.put(
                        new Counters.Place(scope.text("id"), Window.of(counter.text("window")), counter.time("start")),
                        amounts(counter));
            }
        }
        return new LimitsSet(
                scope.text("id"),
                scope.text("type"),
                scope.text("organisation"),
                fields.zone("zone"),
                limits(fields, "limits"),
                opening,
                fields.in("change").time("at"));
    }

    private Effect moved(StoredEvent event, Fields fields) {
        String scope = fields.in("scope").text("id");
        return new Moved(scope, fields.list("moves").stream().map(Book::move).toList());
    }

    private static Move move(Fields move) {
        Money hold = move.money("hold");
        Money cost = move.money("cost");
        Money back = hold.negated();
        String kind = move.text("kind");
        Amounts change =
                switch (kind) {
                    case "held" -> new Amounts(Money.ZERO, hold, Money.ZERO);
                    case "settled" -> new Amounts(cost, back, Money.ZERO);
                    case "unresolved" -> new Amounts(Money.ZERO, back, hold);
                    case "resolved" -> new Amounts(cost, Money.ZERO, back);
                    case "adjusted" -> new Amounts(cost, Money.ZERO, Money.ZERO);
                    default -> throw new Fields.Unreadable("nobody knows the move " + kind);
                };
        return new Move(move.textOrNone("call"), kind.equals("held"), new Posting(move.time("at"), change));
    }
}
