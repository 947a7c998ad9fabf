package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.RuleViolated.Code.CONFLICT;
import static ai.costauditor.ledger.RuleViolated.Code.INVALID;
import static ai.costauditor.ledger.RuleViolated.Code.NOT_FOUND;
import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.isLive;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.budgets.BudgetAccount;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetEvent.Move;
import ai.costauditor.ledger.budgets.BudgetEvent.Move.Kind;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeBudgets;
import ai.costauditor.ledger.keys.CallMemory.End;
import ai.costauditor.ledger.keys.CallMemory.Past;
import ai.costauditor.ledger.keys.KeyCommand.AdjustCharge;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.ChangePolicy;
import ai.costauditor.ledger.keys.KeyCommand.ExpireHold;
import ai.costauditor.ledger.keys.KeyCommand.ExtendHold;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyCommand.MoveKey;
import ai.costauditor.ledger.keys.KeyCommand.ReleaseCall;
import ai.costauditor.ledger.keys.KeyCommand.ResumeKey;
import ai.costauditor.ledger.keys.KeyCommand.RevokeKey;
import ai.costauditor.ledger.keys.KeyCommand.RotateSecret;
import ai.costauditor.ledger.keys.KeyCommand.SetBudgets;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyCommand.Settlement;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.keys.KeyCommand.TellBalances;
import ai.costauditor.ledger.keys.KeyEvent.BudgetsSet;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.ChargeAdjusted;
import ai.costauditor.ledger.keys.KeyEvent.HoldExpired;
import ai.costauditor.ledger.keys.KeyEvent.HoldExtended;
import ai.costauditor.ledger.keys.KeyEvent.KeyIssued;
import ai.costauditor.ledger.keys.KeyEvent.KeyMoved;
import ai.costauditor.ledger.keys.KeyEvent.KeyResumed;
import ai.costauditor.ledger.keys.KeyEvent.KeyRevoked;
import ai.costauditor.ledger.keys.KeyEvent.KeySuspended;
import ai.costauditor.ledger.keys.KeyEvent.PolicyChanged;
import ai.costauditor.ledger.keys.KeyEvent.SecretRotated;
import ai.costauditor.ledger.keys.KeyEvent.ThresholdReached;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.periods.AfterClose;
import ai.costauditor.ledger.periods.ClosedPeriods;
import ai.costauditor.ledger.policies.Rates;
import ai.costauditor.ledger.policies.ScopePolicies;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.AggregateRoot;
import org.axonframework.modelling.command.CreationPolicy;
import org.jspecify.annotations.Nullable;

/** A virtual key: what it may do, what its budgets have left, and the life of each call made with it. */
@AggregateRoot(type = "key")
@SuppressWarnings("NullAway.Init") // the first event of a stream is KeyIssued
class VirtualKey {

    private static final String BATCH = VirtualKey.class.getName();

    @AggregateIdentifier
    private KeyId id;

    private KeyIssued issued;
    private SecretHash secret;
    private Policy policy;
    private KeyStatus status;
    private Attribution attribution;
    private BudgetAccount budgets;

    /** What counts where, of a key that was moved; empty before. */
    private final Map<Attribution, BudgetAccount> places = new LinkedHashMap<>();

    private final Map<CallId, OpenCall> open = new HashMap<>();
    private final Map<CallId, OpenCall> unresolved = new HashMap<>();
    private final CallMemory past = new CallMemory();
    private final Rates rates = new Rates();
    private final OutputSizes outputSizes = new OutputSizes();
    private final DenialFlood denials = new DenialFlood();
    private final KeyAdjustments adjustments = new KeyAdjustments();

    VirtualKey() {}

    // --- administration ---

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    KeyId handle(IssueKey c, ScopeBudgets scopes) {
        require(!c.name().isBlank(), INVALID, "a key needs a name");
        requireOneLimitPerWindow(c.budgets());
        KeyIssued event = new KeyIssued(
                c.key(), c.name(), c.attribution(), c.secret(), c.policy(), c.budgets(), c.zone(), c.change());
        if (id == null) {
            apply(event);
            scopes.changesPlace(c.attribution().organisation(), id);
        } else {
            require(event.equals(issued), CONFLICT, "the key exists already");
        }
        return c.key();
    }

    @CommandHandler
    KeyId handle(ChangePolicy c) {
        requireNotRevoked();
        if (!c.policy().equals(policy)) {
            apply(new PolicyChanged(id, c.policy(), c.change()));
        }
        return id;
    }

    @CommandHandler
    KeyId handle(SetBudgets c) {
        requireNotRevoked();
        requireOneLimitPerWindow(c.budgets());
        if (!c.budgets().equals(budgets.limits())) {
            apply(new BudgetsSet(id, c.budgets(), c.change()));
        }
        return id;
    }

    @CommandHandler
    KeyId handle(MoveKey c, ScopeBudgets scopes) {
        requireNotRevoked();
        require(
                c.to().organisation().equals(attribution.organisation()),
                INVALID,
                "a key cannot leave its organisation");
        if (!c.to().equals(attribution)) {
            apply(new KeyMoved(id, c.to(), c.change()));
            scopes.changesPlace(attribution.organisation(), id);
        }
        return id;
    }

    @CommandHandler
    KeyId handle(SuspendKey c) {
        requireNotRevoked();
        if (status == KeyStatus.ACTIVE) {
            apply(new KeySuspended(id, c.change()));
        }
        return id;
    }

    @CommandHandler
    KeyId handle(ResumeKey c) {
        requireNotRevoked();
        if (status == KeyStatus.SUSPENDED) {
            apply(new KeyResumed(id, c.change()));
        }
        return id;
    }

    @CommandHandler
    KeyId handle(RevokeKey c) {
        if (status != KeyStatus.REVOKED) {
            apply(new KeyRevoked(id, c.change()));
        }
        return id;
    }

    @CommandHandler
    KeyId handle(RotateSecret c) {
        requireNotRevoked();
        if (!c.secret().equals(secret)) {
            apply(new SecretRotated(id, c.secret(), c.change()));
        }
        return id;
    }

    @CommandHandler
    List<BudgetBalance> handle(TellBalances c) {
        return budgets.balances(c.at());
    }

    // --- the life of a call ---

    @CommandHandler
    Authorisation handle(AuthoriseCall c, CallHistory history, ScopeBudgets scopes, ScopePolicies policies) {
        OpenCall known = open.getOrDefault(c.call(), unresolved.get(c.call()));
        if (known != null) {
            requireSameRequest(c, known.request().fingerprint());
            return authorised(c, known.hold().amount(), scopes, new Permission(policy, policies.above(attribution)));
        }
        Past before = recall(c.call(), history);
        if (before != null) {
            requireSameRequest(c, before.fingerprint());
            return before.refused() == null
                    ? authorised(c, before.hold(), scopes, new Permission(policy, policies.above(attribution)))
                    : new Authorisation.Refused(c.call(), before.refused(), before.hold(), before.balance());
        }
        return decide(c, scopes, policies);
    }

    private Authorisation decide(AuthoriseCall c, ScopeBudgets scopes, ScopePolicies policies) {
        Permission permission = new Permission(policy, policies.above(attribution));
        Hold hold = c.hold().of(reserved(c, permission.enforcement()));
        Permission.Denied no = forbidden(c, permission);
        if (no != null) {
            return deny(c, hold, no, null, permission);
        }
        if (permission.enforcement() != Policy.Enforcement.OBSERVE) {
            if (c.price() == PriceStatus.UNPRICED && isHardLimited(scopes)) {
                return deny(c, hold, Permission.Denied.by(Refusal.UNPRICED_MODEL), null, permission);
            }
            BudgetBalance full = withoutRoomFor(hold, c.at(), scopes);
            Hold shorter = full == null ? hold : shorter(c, hold, scopes, permission);
            if (shorter != hold) {
                full = withoutRoomFor(shorter, c.at(), scopes);
            }
            if (full != null) {
                return deny(c, hold, Permission.Denied.by(Refusal.BUDGET_EXHAUSTED), full, permission);
            }
            hold = shorter;
        }
        apply(new CallAuthorised(id, c.call(), attribution, c.request(), hold, c.at()));
        scopes.move(attribution, new Move(c.call(), Kind.HELD, hold.amount(), Money.ZERO, c.at()));
        policies.authorised(attribution, c.at());
        return authorised(c, hold.amount(), scopes, permission);
    }

    private Authorisation authorised(AuthoriseCall c, Money held, ScopeBudgets scopes, Permission permission) {
        boolean isShorter = permission.enforcement() == Policy.Enforcement.STRICT
                && c.hold().amount().isGreaterThan(held);
        return new Authorisation.Authorised(
                c.call(), held, available(c.at(), scopes), isShorter, permission.limits(rates, c.at()));
    }

    /** Never more than the strict hold. */
    private Money reserved(AuthoriseCall c, Policy.Enforcement enforcement) {
        Money strict = c.hold().amount();
        return switch (enforcement) {
            case STRICT -> strict;
            case OBSERVE -> Money.ZERO;
            case EXPECTED -> {
                OptionalLong usual = outputSizes.p99();
                if (c.estimate() == null || usual.isEmpty()) {
                    yield strict;
                }
                Money likely = c.estimate().likely(usual.getAsLong());
                yield likely.isGreaterThan(strict) ? strict : likely;
            }
        };
    }

    private @Nullable BudgetBalance withoutRoomFor(Hold hold, Instant at, ScopeBudgets scopes) {
        return budgets.withoutRoomFor(hold.amount(), at)
                .orElseGet(() -> scopes.withoutRoomFor(attribution, hold.amount(), at));
    }

    /** What is left may be enough for shorter answers, if the policy allows that and the request can say so. */
    private Hold shorter(AuthoriseCall c, Hold hold, ScopeBudgets scopes, Permission permission) {
        KeyCommand.Estimate estimate = c.estimate();
        Money left = available(c.at(), scopes);
        if (!permission.clamps() || estimate == null || !estimate.canBeShorter() || left == null) {
            return hold;
        }
        long tokens = estimate.fitting(left);
        return tokens < 1 ? hold : hold.of(estimate.of(tokens));
    }

    /** Everything but money, from the lasting to the passing, so that the reason that is given is the one to mend first. */
    private Permission.@Nullable Denied forbidden(AuthoriseCall c, Permission permission) {
        return switch (status) {
            case REVOKED -> Permission.Denied.by(Refusal.KEY_REVOKED);
            case SUSPENDED -> Permission.Denied.by(Refusal.KEY_SUSPENDED);
            case ACTIVE -> permission.denied(c.request(), open.size(), rates, c.at());
        };
    }

    private Authorisation deny(
            AuthoriseCall c, Hold hold, Permission.Denied no, @Nullable BudgetBalance balance, Permission permission) {
        if (denials.isFull(c.at())) {
            denials.leaveOut();
        } else {
            Long unrecorded = denials.unrecorded() == 0 ? null : denials.unrecorded();
            apply(new CallDenied(
                    id,
                    c.call(),
                    attribution,
                    c.request(),
                    no.reason(),
                    hold,
                    balance,
                    c.at(),
                    unrecorded,
                    no.level()));
        }
        return new Authorisation.Refused(
                c.call(), no.reason(), hold.amount(), balance, no.level(), permission.limits(rates, c.at()));
    }

    @CommandHandler
    Settlement handle(
            SettleCall c, CallHistory history, ScopeBudgets scopes, ScopePolicies policies, ClosedPeriods periods) {
        OpenCall call = open.get(c.call());
        if (call != null) {
            AfterClose afterClose = afterClose(call, c.at(), periods);
            apply(new CallSettled(
                    id,
                    c.call(),
                    call.attribution(),
                    call.request(),
                    c.usage(),
                    c.charge(),
                    c.end(),
                    call.authorisedAt(),
                    c.at(),
                    afterClose));
            tellThresholds(c.charge().total(), countsAt(call, afterClose));
            Kind kind = c.charge().total() == null ? Kind.UNRESOLVED : Kind.SETTLED;
            move(c.call(), call, kind, c.charge().total(), afterClose, scopes);
            policies.ended(call.attribution());
            policies.used(call.attribution(), c.usage().allTokens(), c.at());
            return new Settlement(c.call(), c.charge().total(), available(c.at(), scopes));
        }
        Past before = recall(c.call(), history);
        OpenCall late = unresolved.get(c.call());
        if (late != null && before == null) {
            AfterClose afterClose = afterClose(late, c.at(), periods);
            apply(new CallSettledLate(
                    id,
                    c.call(),
                    late.attribution(),
                    late.request(),
                    c.usage(),
                    c.charge(),
                    c.end(),
                    late.authorisedAt(),
                    c.at(),
                    afterClose));
            tellThresholds(c.charge().total(), countsAt(late, afterClose));
            if (c.charge().total() != null) {
                move(c.call(), late, Kind.RESOLVED, c.charge().total(), afterClose, scopes);
            }
            policies.used(late.attribution(), c.usage().allTokens(), c.at());
            return new Settlement(c.call(), c.charge().total(), available(c.at(), scopes));
        }
        return new Settlement(
                c.call(), requireEnded(c.call(), before, End.SETTLED).cost(), available(c.at(), scopes));
    }

    @CommandHandler
    Settlement handle(
            ReleaseCall c, CallHistory history, ScopeBudgets scopes, ScopePolicies policies, ClosedPeriods periods) {
        OpenCall call = open.getOrDefault(c.call(), unresolved.get(c.call()));
        Past before = open.containsKey(c.call()) ? null : recall(c.call(), history);
        if (call != null && before == null) {
            Kind kind = open.containsKey(c.call()) ? Kind.SETTLED : Kind.RESOLVED;
            move(c.call(), call, kind, null, null, scopes);
            if (kind == Kind.SETTLED) {
                policies.ended(call.attribution());
            }
            apply(new CallReleased(
                    id,
                    c.call(),
                    call.attribution(),
                    c.end(),
                    call.authorisedAt(),
                    c.at(),
                    kind == Kind.RESOLVED ? afterClose(call, c.at(), periods) : null));
            return new Settlement(c.call(), Money.ZERO, available(c.at(), scopes));
        }
        return new Settlement(
                c.call(), requireEnded(c.call(), before, End.RELEASED).cost(), available(c.at(), scopes));
    }

    @CommandHandler
    Settlement handle(
            ExpireHold c, CallHistory history, ScopeBudgets scopes, ScopePolicies policies, ClosedPeriods periods) {
        OpenCall call = open.get(c.call());
        Past before = call == null ? recall(c.call(), history) : null;
        if (call != null) {
            apply(new HoldExpired(
                    id,
                    c.call(),
                    call.attribution(),
                    call.hold(),
                    c.end(),
                    c.usage(),
                    call.authorisedAt(),
                    c.at(),
                    afterClose(call, c.at(), periods)));
            move(c.call(), call, Kind.UNRESOLVED, null, null, scopes);
            policies.ended(call.attribution());
        }
        return new Settlement(c.call(), before == null ? null : before.cost(), available(c.at(), scopes));
    }

    @CommandHandler
    KeyId handle(ExtendHold c) {
        OpenCall call = open.get(c.call());
        if (call != null && c.expires().isAfter(call.hold().expires())) {
            apply(new HoldExtended(id, c.call(), call.attribution(), c.expires(), c.at()));
        }
        return id;
    }

    // --- corrections ---

    @CommandHandler
    ChargeAdjusted handle(AdjustCharge c, AdjustmentHistory history, ScopeBudgets scopes, ClosedPeriods periods) {
        ChargeAdjusted before = adjustments.before(c, history).orElse(null);
        if (before != null) {
            return before;
        }
        CallId call = c.call() == null ? null : c.call().call();
        require(!open.containsKey(call), CONFLICT, call + " has not ended");
        OpenCall resolved = unresolved.get(call);
        ChargeAdjusted event = adjustments.decide(c, attribution, resolved, history, periods);
        apply(event);
        tellThresholds(c.amount(), event.countsAt());
        if (call != null && resolved != null) {
            move(call, resolved, Kind.RESOLVED, c.amount(), event.afterClose(), scopes);
        } else {
            scopes.move(event.attribution(), new Move(call, Kind.ADJUSTED, Money.ZERO, c.amount(), event.countsAt()));
        }
        return event;
    }

    /** @param spent nothing, if nobody knows */
    private void tellThresholds(@Nullable Money spent, Instant countsAt) {
        if (spent != null) {
            budgets.reached(countsAt)
                    .forEach(threshold -> apply(new ThresholdReached(id, attribution, threshold, countsAt)));
        }
    }

    private static Instant countsAt(OpenCall call, @Nullable AfterClose afterClose) {
        return afterClose == null ? call.authorisedAt() : afterClose.countsAt();
    }

    private @Nullable AfterClose afterClose(OpenCall call, Instant at, ClosedPeriods periods) {
        return periods.afterClose(attribution.organisation(), call.authorisedAt(), at);
    }

    // --- the scopes above ---

    /** Under the attribution of the time of the authorisation, which is where the hold is. */
    private static void move(
            CallId id,
            OpenCall call,
            Kind kind,
            @Nullable Money cost,
            @Nullable AfterClose afterClose,
            ScopeBudgets scopes) {
        Money spent = cost == null ? Money.ZERO : cost;
        Move.ofEnd(id, kind, call.hold().amount(), spent, call.authorisedAt(), countsAt(call, afterClose))
                .forEach(move -> scopes.move(call.attribution(), move));
    }

    private boolean isHardLimited(ScopeBudgets scopes) {
        return budgets.hasHardLimit() || scopes.hasHardLimit(attribution);
    }

    /** The least that is left of any hard limit, the key's own or one above it. */
    private @Nullable Money available(Instant at, ScopeBudgets scopes) {
        Money own = budgets.available(at);
        Money above = scopes.available(attribution, at);
        if (own == null || above == null) {
            return own == null ? above : own;
        }
        return own.isGreaterThan(above) ? above : own;
    }

    // --- rules ---

    private @Nullable Past recall(CallId call, CallHistory history) {
        Past remembered = past.recall(call);
        return remembered == null && past.mayHaveForgotten(call)
                ? history.find(id, call).orElse(null)
                : remembered;
    }

    private static void requireSameRequest(AuthoriseCall c, String fingerprint) {
        require(c.request().fingerprint().equals(fingerprint), CONFLICT, c.call() + " was another request");
    }

    private static Past requireEnded(CallId call, @Nullable Past before, End end) {
        if (before == null || before.refused() != null) {
            throw new RuleViolated(NOT_FOUND, call + " was never authorised");
        }
        require(before.end() == end, CONFLICT, call + " has ended otherwise");
        return before;
    }

    private void requireNotRevoked() {
        require(status != KeyStatus.REVOKED, CONFLICT, "the key is revoked");
    }

    private static void requireOneLimitPerWindow(List<BudgetLimit> limits) {
        Set<Object> seen = new HashSet<>();
        for (BudgetLimit limit : limits) {
            require(
                    seen.add(List.of(limit.window(), limit.kind())),
                    INVALID,
                    "there is one hard and one soft limit per window");
        }
    }

    private static void require(boolean rule, RuleViolated.Code code, String message) {
        if (!rule) {
            throw new RuleViolated(code, message);
        }
    }

    // --- state ---

    @EventSourcingHandler
    void on(KeyEvent event) {
        switch (event) {
            case KeyIssued e -> {
                id = e.key();
                issued = e;
                secret = e.secret();
                policy = e.policy();
                status = KeyStatus.ACTIVE;
                attribution = e.attribution();
                budgets = new BudgetAccount(e.zone());
                budgets.limitTo(e.budgets());
            }
            case PolicyChanged e -> policy = e.policy();
            case BudgetsSet e -> budgets.limitTo(e.budgets());
            case KeyMoved e -> {
                places.computeIfAbsent(attribution, left -> placeWith(places.isEmpty() ? budgets.state() : List.of()));
                places.computeIfAbsent(e.attribution(), entered -> placeWith(List.of()));
                attribution = e.attribution();
            }
            case KeySuspended e -> status = KeyStatus.SUSPENDED;
            case KeyResumed e -> status = KeyStatus.ACTIVE;
            case KeyRevoked e -> status = KeyStatus.REVOKED;
            case SecretRotated e -> secret = e.secret();
            case CallAuthorised e -> {
                open.put(e.call(), new OpenCall(e.attribution(), e.request(), e.hold(), e.at()));
                count(e.attribution(), account -> account.hold(e.hold().amount(), e.at()));
                rates.authorised(e.at());
            }
            case CallDenied e -> {
                denials.recorded(e.at());
                past.remember(e.call(), Past.denied(e), runningBatch());
            }
            case CallSettled e -> {
                OpenCall call = taken(open, e.call());
                Money cost = e.charge().total();
                if (cost == null) {
                    count(
                            e.attribution(),
                            account -> account.unresolve(call.hold().amount(), e.authorisedAt()));
                    unresolved.put(e.call(), call);
                } else {
                    count(e.attribution(), account -> {
                        account.settle(call.hold().amount(), Money.ZERO, e.authorisedAt());
                        account.adjust(cost, e.countsAt());
                    });
                }
                ended(e.call(), call, End.SETTLED, cost, e.at());
                used(e.request(), e.usage(), e.at());
            }
            case CallSettledLate e -> {
                OpenCall call = taken(unresolved, e.call());
                Money cost = e.charge().total();
                if (cost == null) {
                    unresolved.put(e.call(), call);
                } else {
                    count(e.attribution(), account -> {
                        account.resolve(call.hold().amount(), Money.ZERO, e.authorisedAt());
                        account.adjust(cost, e.countsAt());
                    });
                }
                ended(e.call(), call, End.SETTLED, cost, e.at());
                used(e.request(), e.usage(), e.at());
            }
            case CallReleased e -> {
                boolean wasOpen = open.containsKey(e.call());
                OpenCall call = taken(wasOpen ? open : unresolved, e.call());
                Money hold = call.hold().amount();
                count(e.attribution(), account -> {
                    if (wasOpen) {
                        account.settle(hold, Money.ZERO, e.authorisedAt());
                    } else {
                        account.resolve(hold, Money.ZERO, e.authorisedAt());
                    }
                });
                ended(e.call(), call, End.RELEASED, Money.ZERO, e.at());
            }
            case HoldExpired e -> {
                OpenCall call = taken(open, e.call());
                count(e.attribution(), account -> account.unresolve(call.hold().amount(), e.authorisedAt()));
                unresolved.put(e.call(), call);
            }
            case HoldExtended e -> open.computeIfPresent(e.call(), (id, call) -> call.until(e.expires()));
            case ChargeAdjusted e -> adjusted(e);
            case ThresholdReached e -> budgets.told(e.threshold());
        }
    }

    /** What a person has resolved is settled: a settlement that comes after all changes nothing. */
    private void adjusted(ChargeAdjusted e) {
        Corrected corrected = e.corrected();
        if (corrected != null && corrected.unresolved() != null) {
            OpenCall call = taken(unresolved, corrected.call());
            count(e.attribution(), account -> account.resolve(call.hold().amount(), Money.ZERO, call.authorisedAt()));
            ended(corrected.call(), call, End.SETTLED, e.amount(), e.change().at());
        }
        count(e.attribution(), account -> account.adjust(e.amount(), e.countsAt()));
        adjustments.remember(e);
    }

    private void count(Attribution place, Consumer<BudgetAccount> change) {
        change.accept(budgets);
        BudgetAccount there = places.get(place);
        if (there != null) {
            change.accept(there);
        }
    }

    private BudgetAccount placeWith(List<BudgetAccount.State> counters) {
        BudgetAccount place = new BudgetAccount(issued.zone());
        place.restore(counters);
        return place;
    }

    List<BudgetAccount.State> counters() {
        return budgets.state();
    }

    /** What counts in a scope above: of a key that was moved, what happened while it was there. */
    List<BudgetAccount.State> counters(Scope scope) {
        if (places.isEmpty()) {
            return Scope.of(attribution).contains(scope) ? budgets.state() : List.of();
        }
        return places.entrySet().stream()
                .filter(place -> Scope.of(place.getKey()).contains(scope))
                .flatMap(place -> place.getValue().state().stream())
                .toList();
    }

    List<Rates.Second> rates() {
        return rates.state();
    }

    boolean isIn(Scope scope) {
        return Scope.of(attribution).contains(scope);
    }

    /** Of calls that count in a scope above, wherever the key is now. */
    long openCalls(Scope scope) {
        return open.values().stream()
                .filter(call -> Scope.of(call.attribution()).contains(scope))
                .count();
    }

    KeySnapshot snapshot() {
        return new KeySnapshot(
                issued,
                secret,
                policy,
                status,
                attribution,
                places.entrySet().stream()
                        .map(place -> new KeySnapshot.Place(
                                place.getKey(), place.getValue().state()))
                        .toList(),
                budgets.limits(),
                budgets.state(),
                KeySnapshot.calls(open),
                KeySnapshot.calls(unresolved),
                rates.state(),
                outputSizes.state(),
                budgets.told(),
                past.newestId());
    }

    static VirtualKey from(KeySnapshot snapshot) {
        VirtualKey key = new VirtualKey();
        key.on(snapshot.issued());
        key.secret = snapshot.secret();
        key.policy = snapshot.policy();
        key.status = snapshot.status();
        key.attribution = snapshot.attribution();
        snapshot.places().forEach(place -> key.places.put(place.attribution(), key.placeWith(place.counters())));
        key.budgets.limitTo(snapshot.limits());
        key.budgets.restore(snapshot.counters());
        snapshot.open().forEach(call -> key.open.put(call.call(), call.open()));
        snapshot.unresolved().forEach(call -> key.unresolved.put(call.call(), call.open()));
        key.rates.restore(snapshot.rates());
        key.outputSizes.restore(snapshot.outputSizes());
        snapshot.told().forEach(key.budgets::told);
        key.past.forgetAllUpTo(snapshot.newestPast());
        return key;
    }

    private static OpenCall taken(Map<CallId, OpenCall> calls, CallId call) {
        return java.util.Objects.requireNonNull(calls.remove(call), () -> "no open call " + call);
    }

    private void ended(CallId call, OpenCall ended, End end, @Nullable Money cost, Instant at) {
        past.remember(call, Past.ended(ended, end, cost, at), runningBatch());
    }

    /** None while events are read from the record. */
    private static @Nullable Object runningBatch() {
        return CurrentUnitOfWork.isStarted() && isLive()
                ? CurrentUnitOfWork.get().root().getOrComputeResource(BATCH, key -> new Object())
                : null;
    }

    private void used(CallRequest request, Usage usage, Instant at) {
        long output = 0;
        for (Map.Entry<TokenKind, Long> tokens : usage.tokens().entrySet()) {
            output += tokens.getKey().isInput() ? 0 : tokens.getValue();
        }
        rates.settled(usage.allTokens(), at);
        // a poll has no answer of a model, and a batch has many
        if (output > 0 && !request.isBatch()) {
            outputSizes.settled(output);
        }
    }
}
