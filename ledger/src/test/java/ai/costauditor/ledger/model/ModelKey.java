package ai.costauditor.ledger.model;

import static ai.costauditor.ledger.RuleViolated.Code.CONFLICT;
import static ai.costauditor.ledger.RuleViolated.Code.INVALID;
import static ai.costauditor.ledger.RuleViolated.Code.NOT_FOUND;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.adjustments.Corrected;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetEvent.Move;
import ai.costauditor.ledger.budgets.BudgetEvent.Move.Kind;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand;
import ai.costauditor.ledger.keys.KeyCommand.AdjustCharge;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
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
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.keys.KeyStatus;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Refusal;
import ai.costauditor.ledger.keys.SecretHash;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.pricing.PriceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A virtual key of the model: a state per call, and sums that follow from the states. */
final class ModelKey {

    private static final int DENIALS_RECORDED_PER_SECOND = 10;

    private final IssueKey issued;
    private final Function<Scope, ModelScope> scopes;
    private final Sums sums;
    private final Map<CallId, ModelCall> calls = new HashMap<>();
    private final Map<AdjustmentId, KeyEvent.ChargeAdjusted> adjustments = new HashMap<>();
    private Attribution attribution;
    private SecretHash secret;
    private Policy policy;
    private KeyStatus status = KeyStatus.ACTIVE;
    private List<BudgetLimit> limits;
    private int open;

    private long secondOfDenials = Long.MIN_VALUE;
    private int denialsInSecond;
    private long unrecorded;

    ModelKey(IssueKey issued, Function<Scope, ModelScope> scopes) {
        this.issued = issued;
        this.scopes = scopes;
        this.sums = new Sums(issued.zone());
        this.attribution = issued.attribution();
        this.secret = issued.secret();
        this.policy = issued.policy();
        this.limits = issued.budgets();
    }

    int open() {
        return open;
    }

    /** It is read from the record again: what was only in memory is gone. */
    void wasForgotten() {
        unrecorded = 0;
    }

    static KeyEvent.KeyIssued event(IssueKey c) {
        return new KeyEvent.KeyIssued(
                c.key(), c.name(), c.attribution(), c.secret(), c.policy(), c.budgets(), c.zone(), c.change());
    }

    static void requireOneLimitPerWindow(List<BudgetLimit> limits) {
        Set<List<?>> seen = new HashSet<>();
        require(limits.stream().allMatch(limit -> seen.add(List.of(limit.window(), limit.kind()))), INVALID);
    }

    private static void require(boolean rule, RuleViolated.Code code) {
        if (!rule) {
            throw new RuleViolated(code, "says the model");
        }
    }

    Plan plan(KeyCommand<?> command) {
        return switch (command) {
            case IssueKey c -> {
                requireOneLimitPerWindow(c.budgets());
                require(c.equals(issued), CONFLICT);
                yield Plan.onlyAnswers(c::key);
            }
            case ChangePolicy c -> {
                requireNotRevoked();
                yield change(
                        !c.policy().equals(policy),
                        new KeyEvent.PolicyChanged(c.key(), c.policy(), c.change()),
                        () -> policy = c.policy());
            }
            case SetBudgets c -> {
                requireNotRevoked();
                requireOneLimitPerWindow(c.budgets());
                yield change(
                        !c.budgets().equals(limits),
                        new KeyEvent.BudgetsSet(c.key(), c.budgets(), c.change()),
                        () -> limits = c.budgets());
            }
            case MoveKey c -> {
                requireNotRevoked();
                require(c.to().organisation().equals(attribution.organisation()), INVALID);
                yield change(
                        !c.to().equals(attribution),
                        new KeyEvent.KeyMoved(c.key(), c.to(), c.change()),
                        () -> attribution = c.to());
            }
            case SuspendKey c -> {
                requireNotRevoked();
                yield change(
                        status == KeyStatus.ACTIVE,
                        new KeyEvent.KeySuspended(c.key(), c.change()),
                        () -> status = KeyStatus.SUSPENDED);
            }
            case ResumeKey c -> {
                requireNotRevoked();
                yield change(
                        status == KeyStatus.SUSPENDED,
                        new KeyEvent.KeyResumed(c.key(), c.change()),
                        () -> status = KeyStatus.ACTIVE);
            }
            case RevokeKey c ->
                change(
                        status != KeyStatus.REVOKED,
                        new KeyEvent.KeyRevoked(c.key(), c.change()),
                        () -> status = KeyStatus.REVOKED);
            case RotateSecret c -> {
                requireNotRevoked();
                yield change(
                        !c.secret().equals(secret),
                        new KeyEvent.SecretRotated(c.key(), c.secret(), c.change()),
                        () -> secret = c.secret());
            }
            case TellBalances c ->
                Plan.onlyAnswers(() -> limits.stream()
                        .map(limit -> sums.balance(null, null, limit, c.at()))
                        .toList());
            case AuthoriseCall c -> authorise(c);
            case SettleCall c -> settle(c);
            case ReleaseCall c -> release(c);
            case ExpireHold c -> expire(c);
            case ExtendHold c -> extend(c);
            case AdjustCharge c -> adjust(c);
        };
    }

    private Plan change(boolean changes, KeyEvent event, Runnable change) {
        if (!changes) {
            return Plan.onlyAnswers(issued::key);
        }
        return Plan.records(() -> {
            change.run();
            return new Plan.Outcome(issued.key(), List.of(event));
        });
    }

    private void requireNotRevoked() {
        require(status != KeyStatus.REVOKED, CONFLICT);
    }

    // --- authorise ---

    private Plan authorise(AuthoriseCall c) {
        ModelCall known = calls.get(c.call());
        if (known != null) {
            require(known.request.fingerprint().equals(c.request().fingerprint()), CONFLICT);
            return Plan.onlyAnswers(() -> known.refused == null
                    ? authorised(c, known.hold)
                    : new Refused(c.call(), known.refused, known.hold.amount(), known.balance));
        }
        boolean observes = policy.enforcement() == Policy.Enforcement.OBSERVE;
        Hold asked = observes ? with(c.hold(), 0) : c.hold();
        Refusal forbidden = forbidden(c);
        if (forbidden != null) {
            return deny(c, asked, forbidden, null);
        }
        if (observes) {
            return allow(c, asked);
        }
        if (c.price() == PriceStatus.UNPRICED && isHardLimited()) {
            return deny(c, asked, Refusal.UNPRICED_MODEL, null);
        }
        BudgetBalance full = withoutRoom(asked, c.at());
        Hold granted = asked;
        if (full != null) {
            granted = shorter(c, asked);
            full = withoutRoom(granted, c.at());
        }
        return full == null ? allow(c, granted) : deny(c, asked, Refusal.BUDGET_EXHAUSTED, full);
    }

    private @Nullable Refusal forbidden(AuthoriseCall c) {
        Integer parallel = policy.parallelCalls();
        return switch (status) {
            case REVOKED -> Refusal.KEY_REVOKED;
            case SUSPENDED -> Refusal.KEY_SUSPENDED;
            case ACTIVE -> {
                if (!policy.allowedModels().isEmpty()
                        && !policy.allowedModels().contains(c.request().model())) {
                    yield Refusal.MODEL_NOT_ALLOWED;
                }
                yield parallel != null && open >= parallel ? Refusal.PARALLEL_CALLS : null;
            }
        };
    }

    private Hold shorter(AuthoriseCall c, Hold asked) {
        KeyCommand.Estimate estimate = c.estimate();
        Money available = available(c.at());
        if (!policy.clamps() || estimate == null || !estimate.canBeShorter() || available == null) {
            return asked;
        }
        long rest = Millionths.of(available) - Millionths.of(estimate.input());
        long each = Millionths.of(estimate.perOutputToken());
        long tokens = rest < 0 ? -1 : Math.min(estimate.output(), rest / each);
        return tokens < 1 ? asked : with(asked, Millionths.of(estimate.input()) + each * tokens);
    }

    private static Hold with(Hold hold, long amount) {
        return new Hold(Millionths.money(amount), hold.expires(), hold.node());
    }

    private Plan allow(AuthoriseCall c, Hold hold) {
        return Plan.records(() -> {
            ModelCall call = new ModelCall(c.call(), c.request(), attribution, c.at(), hold, ModelCall.State.OPEN);
            calls.put(c.call(), call);
            open++;
            count(call, 1);
            move(attribution, new Move(c.call(), Kind.HELD, hold.amount(), Money.ZERO, c.at()));
            return new Plan.Outcome(
                    authorised(c, hold),
                    List.of(new KeyEvent.CallAuthorised(c.key(), c.call(), attribution, c.request(), hold, c.at())));
        });
    }

    private Authorised authorised(AuthoriseCall c, Hold hold) {
        boolean isShorter = policy.enforcement() == Policy.Enforcement.STRICT
                && Millionths.of(hold.amount()) < Millionths.of(c.hold().amount());
        return new Authorised(c.call(), hold.amount(), available(c.at()), isShorter, null);
    }

    private Plan deny(AuthoriseCall c, Hold hold, Refusal reason, @Nullable BudgetBalance balance) {
        Refused answer = new Refused(c.call(), reason, hold.amount(), balance);
        long second = Math.floorDiv(c.at().toEpochMilli(), 1000L);
        if (second <= secondOfDenials && denialsInSecond >= DENIALS_RECORDED_PER_SECOND) {
            return Plan.onlyAnswers(() -> {
                unrecorded++;
                return answer;
            });
        }
        return Plan.records(() -> {
            ModelCall call = new ModelCall(c.call(), c.request(), attribution, c.at(), hold, ModelCall.State.DENIED);
            call.refused = reason;
            call.balance = balance;
            calls.put(c.call(), call);
            KeyEvent event = new KeyEvent.CallDenied(
                    c.key(),
                    c.call(),
                    attribution,
                    c.request(),
                    reason,
                    hold,
                    balance,
                    c.at(),
                    unrecorded == 0 ? null : unrecorded,
                    null);
            denialsInSecond = second > secondOfDenials ? 1 : denialsInSecond + 1;
            secondOfDenials = Math.max(second, secondOfDenials);
            unrecorded = 0;
            return new Plan.Outcome(answer, List.of(event));
        });
    }

    // --- ends ---

    private Plan settle(SettleCall c) {
        ModelCall call = ended(c.call(), ModelCall.State.OPEN, ModelCall.State.EXPIRED);
        if (call.state != ModelCall.State.OPEN && call.state != ModelCall.State.EXPIRED) {
            require(call.state != ModelCall.State.RELEASED, CONFLICT);
            return Plan.onlyAnswers(() -> new Settlement(c.call(), call.told(), available(c.at())));
        }
        return Plan.records(() -> {
            boolean late = call.state == ModelCall.State.EXPIRED;
            Money cost = c.charge().total();
            end(call, cost == null ? ModelCall.State.WITHOUT_PRICE : ModelCall.State.SETTLED, cost);
            List<KeyEvent> events = new ArrayList<>();
            events.add(
                    late
                            ? new KeyEvent.CallSettledLate(
                                    c.key(),
                                    c.call(),
                                    call.attribution,
                                    call.request,
                                    c.usage(),
                                    c.charge(),
                                    c.end(),
                                    call.at,
                                    c.at())
                            : new KeyEvent.CallSettled(
                                    c.key(),
                                    c.call(),
                                    call.attribution,
                                    call.request,
                                    c.usage(),
                                    c.charge(),
                                    c.end(),
                                    call.at,
                                    c.at()));
            if (cost != null) {
                tellThresholds(call.at, events);
                moveEnd(call, late ? Kind.RESOLVED : Kind.SETTLED, cost);
            } else if (!late) {
                moveEnd(call, Kind.UNRESOLVED, Money.ZERO);
            }
            return new Plan.Outcome(new Settlement(c.call(), cost, available(c.at())), events);
        });
    }

    private Plan release(ReleaseCall c) {
        ModelCall call = ended(c.call(), ModelCall.State.OPEN, ModelCall.State.EXPIRED);
        if (call.state == ModelCall.State.RELEASED) {
            return Plan.onlyAnswers(() -> new Settlement(c.call(), Money.ZERO, available(c.at())));
        }
        require(call.state == ModelCall.State.OPEN || call.state == ModelCall.State.EXPIRED, CONFLICT);
        return Plan.records(() -> {
            Kind kind = call.state == ModelCall.State.OPEN ? Kind.SETTLED : Kind.RESOLVED;
            end(call, ModelCall.State.RELEASED, null);
            moveEnd(call, kind, Money.ZERO);
            return new Plan.Outcome(
                    new Settlement(c.call(), Money.ZERO, available(c.at())),
                    List.of(new KeyEvent.CallReleased(c.key(), c.call(), call.attribution, c.end(), call.at, c.at())));
        });
    }

    private ModelCall ended(CallId id, ModelCall.State... states) {
        ModelCall call = calls.get(id);
        require(call != null && call.state != ModelCall.State.DENIED, NOT_FOUND);
        return Objects.requireNonNull(call);
    }

    private Plan expire(ExpireHold c) {
        ModelCall call = calls.get(c.call());
        if (call == null || call.state != ModelCall.State.OPEN) {
            return Plan.onlyAnswers(
                    () -> new Settlement(c.call(), call == null ? null : call.told(), available(c.at())));
        }
        return Plan.records(() -> {
            end(call, ModelCall.State.EXPIRED, null);
            moveEnd(call, Kind.UNRESOLVED, Money.ZERO);
            return new Plan.Outcome(
                    new Settlement(c.call(), null, available(c.at())),
                    List.of(new KeyEvent.HoldExpired(
                            c.key(), c.call(), call.attribution, call.hold, c.end(), c.usage(), call.at, c.at())));
        });
    }

    private Plan extend(ExtendHold c) {
        ModelCall call = calls.get(c.call());
        boolean extends_ = call != null
                && call.state == ModelCall.State.OPEN
                && c.expires().toEpochMilli() > call.hold.expires().toEpochMilli();
        if (!extends_) {
            return Plan.onlyAnswers(c::key);
        }
        ModelCall extended = Objects.requireNonNull(call);
        return Plan.records(() -> {
            extended.hold = new Hold(extended.hold.amount(), c.expires(), extended.hold.node());
            return new Plan.Outcome(
                    c.key(),
                    List.of(new KeyEvent.HoldExtended(c.key(), c.call(), extended.attribution, c.expires(), c.at())));
        });
    }

    // --- corrections ---

    private Plan adjust(AdjustCharge c) {
        CallId id = c.call() == null ? null : c.call().call();
        KeyEvent.ChargeAdjusted before = adjustments.get(c.adjustment());
        if (before != null) {
            require(isSame(before, c, id), CONFLICT);
            return Plan.onlyAnswers(() -> before);
        }
        ModelCall call = id == null ? null : Objects.requireNonNull(calls.get(id));
        require(call == null || call.state != ModelCall.State.OPEN, CONFLICT);
        require(c.change().reason() != null, INVALID);
        require((c.kind() == AdjustmentKind.RE_RATING) == (c.priceVersion() != null), INVALID);
        require(c.kind() != AdjustmentKind.CREDIT || Millionths.of(c.amount()) < 0, INVALID);
        require(call != null || c.kind() == AdjustmentKind.CREDIT, INVALID);
        if (call != null) {
            requireSense(c, call);
        }
        return Plan.records(() -> adjusted(c, call));
    }

    private static boolean isSame(KeyEvent.ChargeAdjusted before, AdjustCharge c, @Nullable CallId call) {
        CallId corrected =
                before.corrected() == null ? null : before.corrected().call();
        return before.kind() == c.kind()
                && before.amount().equals(c.amount())
                && Objects.equals(corrected, call)
                && Objects.equals(before.priceVersion(), c.priceVersion());
    }

    private static void requireSense(AdjustCharge c, ModelCall call) {
        if (call.isUnresolved()) {
            require(Millionths.of(c.amount()) >= 0, CONFLICT);
            return;
        }
        boolean looked = Objects.requireNonNull(c.call()).cost() != null || call.isAdjusted;
        require(looked, CONFLICT);
        require(Millionths.of(c.amount()) != 0, INVALID);
        require(call.spent() + Millionths.of(c.amount()) >= 0, CONFLICT);
    }

    private Plan.Outcome adjusted(AdjustCharge c, @Nullable ModelCall call) {
        boolean resolves = call != null && call.isUnresolved();
        Attribution place = call == null ? attribution : call.attribution;
        Instant at = call == null ? c.change().at() : call.at;
        Corrected corrected = call == null
                ? null
                : new Corrected(
                        call.id,
                        Objects.requireNonNull(c.call()).provider(),
                        c.call().model(),
                        call.at,
                        resolves ? call.hold.amount() : null);
        if (call == null) {
            long amount = Millionths.of(c.amount());
            sums.add(at, amount, 0, 0);
            Scope.of(place).forEach(scope -> scopes.apply(scope).sums.add(at, amount, 0, 0));
        } else if (resolves) {
            end(call, ModelCall.State.SETTLED, c.amount());
            call.isAdjusted = true;
        } else {
            count(call, -1);
            call.adjustments += Millionths.of(c.amount());
            call.isAdjusted = true;
            count(call, 1);
        }
        KeyEvent.ChargeAdjusted event = new KeyEvent.ChargeAdjusted(
                c.key(), c.adjustment(), place, c.kind(), c.amount(), corrected, c.priceVersion(), null, c.change());
        adjustments.put(c.adjustment(), event);
        List<KeyEvent> events = new ArrayList<>(List.of(event));
        tellThresholds(at, events);
        if (call != null && resolves) {
            moveEnd(call, Kind.RESOLVED, c.amount());
        } else {
            move(place, new Move(call == null ? null : call.id, Kind.ADJUSTED, Money.ZERO, c.amount(), at));
        }
        return new Plan.Outcome(event, events);
    }

    // --- money ---

    private void end(ModelCall call, ModelCall.State state, @Nullable Money cost) {
        open -= call.state == ModelCall.State.OPEN ? 1 : 0;
        count(call, -1);
        call.state = state;
        call.cost = cost == null ? 0 : Millionths.of(cost);
        count(call, 1);
    }

    private void count(ModelCall call, int sign) {
        sums.add(call.at, sign * call.spent(), sign * call.held(), sign * call.unresolved());
        for (Scope scope : Scope.of(call.attribution)) {
            scopes.apply(scope).sums.add(call.at, sign * call.spent(), sign * call.held(), sign * call.unresolved());
        }
    }

    private void moveEnd(ModelCall call, Kind kind, Money cost) {
        move(call.attribution, new Move(call.id, kind, call.hold.amount(), cost, call.at));
    }

    private void move(Attribution place, Move move) {
        Scope.of(place).forEach(scope -> scopes.apply(scope).move(move));
    }

    private void tellThresholds(Instant at, List<KeyEvent> events) {
        sums.reached(limits, at)
                .forEach(threshold ->
                        events.add(new KeyEvent.ThresholdReached(issued.key(), attribution, threshold, at)));
    }

    private List<ModelScope> limitedAbove() {
        return Scope.of(attribution).stream()
                .map(scopes)
                .filter(ModelScope::isLimited)
                .toList();
    }

    private boolean isHardLimited() {
        return limits.stream().anyMatch(BudgetLimit::isHard)
                || limitedAbove().stream()
                        .anyMatch(scope -> scope.limits.stream().anyMatch(BudgetLimit::isHard));
    }

    private @Nullable BudgetBalance withoutRoom(Hold hold, Instant at) {
        long amount = Millionths.of(hold.amount());
        BudgetLimit fullest = null;
        for (BudgetLimit limit : limits) {
            if (limit.isHard()
                    && !sums.fits(limit, amount, at)
                    && (fullest == null || sums.room(limit, at) < sums.room(fullest, at))) {
                fullest = limit;
            }
        }
        if (fullest != null) {
            return sums.balance(null, null, fullest, at);
        }
        for (ModelScope scope : limitedAbove()) {
            for (BudgetLimit limit : scope.limits) {
                if (limit.isHard() && !scope.sums.fits(limit, amount, at)) {
                    return scope.balance(limit, at);
                }
            }
        }
        return null;
    }

    private @Nullable Money available(Instant at) {
        List<Supplier<Long>> rooms = new ArrayList<>();
        limits.stream().filter(BudgetLimit::isHard).forEach(limit -> rooms.add(() -> sums.room(limit, at)));
        for (ModelScope scope : limitedAbove()) {
            scope.limits.stream()
                    .filter(BudgetLimit::isHard)
                    .forEach(limit -> rooms.add(() -> scope.sums.room(limit, at)));
        }
        return rooms.stream()
                .map(Supplier::get)
                .min(Long::compare)
                .map(Millionths::money)
                .orElse(null);
    }
}
