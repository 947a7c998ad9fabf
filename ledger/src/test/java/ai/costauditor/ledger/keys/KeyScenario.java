package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.RESEARCH;
import static ai.costauditor.ledger.keys.KeyFixture.charge;
import static ai.costauditor.ledger.keys.KeyFixture.end;
import static ai.costauditor.ledger.keys.KeyFixture.request;
import static ai.costauditor.ledger.keys.KeyFixture.tokens;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetEvent;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.ScopeBudgets;
import ai.costauditor.ledger.budgets.Threshold;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.Settlement;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.periods.ClosedPeriods;
import ai.costauditor.ledger.periods.ClosedPeriods.ClosedMonth;
import ai.costauditor.ledger.policies.ScopePolicies;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.hamcrest.CustomMatcher;
import org.hamcrest.Matcher;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Tells in prose what happened to a key, and what it decides then. */
@NullUnmarked
final class KeyScenario {

    static final KeyId KEY = new KeyId("key_1");

    private final List<KeyEvent> given = new ArrayList<>();
    private final Closed closed = new Closed();
    private int calls;

    /** In Berlin's time. */
    KeyScenario closed(YearMonth month) {
        closed.close(
                RESEARCH.organisation(),
                new ClosedMonth(
                        month,
                        month.atDay(1).atStartOfDay(BERLIN).toInstant(),
                        month.plusMonths(1).atDay(1).atStartOfDay(BERLIN).toInstant()));
        return this;
    }

    KeyScenario issued(BudgetLimit... budgets) {
        return issued(Policy.DEFAULT, budgets);
    }

    KeyScenario issued(Policy policy, BudgetLimit... budgets) {
        return and(new KeyEvent.KeyIssued(
                KEY, "ci", RESEARCH, new SecretHash("0".repeat(64)), policy, List.of(budgets), BERLIN, BY_ADA));
    }

    KeyScenario and(KeyEvent event) {
        given.add(event);
        return this;
    }

    KeyScenario spent(String cost) {
        return spent(cost, NOON);
    }

    KeyScenario spent(String cost, Instant at) {
        CallId call = nextCall();
        return held(call, cost, at).settled(call, cost, at);
    }

    KeyScenario held(String amount) {
        return held(nextCall(), amount, NOON);
    }

    KeyScenario held(CallId call, String amount) {
        return held(call, amount, NOON);
    }

    KeyScenario held(CallId call, String amount, Instant at) {
        return and(new KeyEvent.CallAuthorised(
                KEY,
                call,
                RESEARCH,
                request("fingerprint of " + call),
                new Hold(Money.of(amount), at.plus(Duration.ofMinutes(10)), "node_1"),
                at));
    }

    KeyScenario settled(CallId call, String cost, Instant authorisedAt) {
        return and(settledWith(call, charge(cost), authorisedAt));
    }

    /** A whole call at an endpoint of its own. */
    KeyScenario called(String endpoint, Usage usage, String cost) {
        CallId call = nextCall();
        CallRequest request = new CallRequest("openai", endpoint, "gpt-4o-mini", false, endpoint + call, Map.of());
        return held(call, cost)
                .and(new KeyEvent.CallSettled(
                        KEY, call, RESEARCH, request, usage, charge(cost), end(CallEnd.Outcome.COMPLETED), NOON, NOON));
    }

    KeyScenario settledWithoutPrice(CallId call) {
        return and(settledWith(call, Charge.unpriced(), NOON));
    }

    private static KeyEvent settledWith(CallId call, Charge charge, Instant authorisedAt) {
        return new KeyEvent.CallSettled(
                KEY,
                call,
                RESEARCH,
                request("fingerprint of " + call),
                tokens(100, 20),
                charge,
                end(CallEnd.Outcome.COMPLETED),
                authorisedAt,
                authorisedAt);
    }

    KeyScenario told(BudgetLimit limit, int percent, String spent, Instant at) {
        BudgetWindow.Span window = limit.window().at(at, BERLIN);
        return and(new KeyEvent.ThresholdReached(
                KEY,
                RESEARCH,
                new Threshold(
                        limit.window(),
                        limit.kind(),
                        percent,
                        limit.limit(),
                        window.start(),
                        window.end(),
                        Money.of(spent)),
                at));
    }

    KeyScenario expired(CallId call, String amount) {
        return and(new KeyEvent.HoldExpired(
                KEY,
                call,
                RESEARCH,
                new Hold(Money.of(amount), NOON.plus(Duration.ofMinutes(10)), "node_1"),
                end(CallEnd.Outcome.TIMED_OUT),
                null,
                NOON,
                NOON));
    }

    KeyScenario suspended() {
        return and(new KeyEvent.KeySuspended(KEY, BY_ADA));
    }

    KeyScenario revoked() {
        return and(new KeyEvent.KeyRevoked(KEY, BY_ADA));
    }

    private CallId nextCall() {
        return new CallId("call_before_" + ++calls);
    }

    Outcome when(Command<?> command) {
        AggregateTestFixture<VirtualKey> fixture = new AggregateTestFixture<>(VirtualKey.class);
        fixture.registerCommandTargetResolver(
                message -> new VersionedAggregateIdentifier(((Command<?>) message.getPayload()).stream(), null));
        fixture.registerInjectableResource((CallHistory) (key, call) -> Optional.empty());
        fixture.registerInjectableResource(new NoLimitsAbove());
        fixture.registerInjectableResource(new NoPoliciesAbove());
        fixture.registerInjectableResource(new NoAdjustments());
        fixture.registerInjectableResource(closed);
        // it compares by equals what has none: counters, the cached window, the flood that is not in the events
        fixture.setReportIllegalStateChange(false);
        return new Outcome(fixture.given(given).when(command));
    }

    private static final class NoAdjustments implements AdjustmentHistory {

        @Override
        public Optional<KeyEvent.ChargeAdjusted> find(KeyId key, AdjustmentId adjustment) {
            return Optional.empty();
        }

        @Override
        public List<KeyEvent.ChargeAdjusted> of(KeyId key, CallId call) {
            return List.of();
        }
    }

    private static final class Closed implements ClosedPeriods {

        private final List<ClosedMonth> months = new ArrayList<>();

        @Override
        public Optional<ClosedMonth> closedAt(OrganisationId organisation, Instant at) {
            return months.stream().filter(month -> month.holds(at)).findFirst();
        }

        @Override
        public void close(OrganisationId organisation, ClosedMonth month) {
            months.add(month);
        }
    }

    private static final class NoPoliciesAbove implements ScopePolicies {

        @Override
        public List<Above> above(Attribution attribution) {
            return List.of();
        }

        @Override
        public void authorised(Attribution attribution, Instant at) {}

        @Override
        public void ended(Attribution attribution) {}

        @Override
        public void used(Attribution attribution, long tokens, Instant at) {}
    }

    private static final class NoLimitsAbove implements ScopeBudgets {

        @Override
        public @Nullable BudgetBalance withoutRoomFor(Attribution attribution, Money hold, Instant at) {
            return null;
        }

        @Override
        public boolean hasHardLimit(Attribution attribution) {
            return false;
        }

        @Override
        public @Nullable Money available(Attribution attribution, Instant at) {
            return null;
        }

        @Override
        public void changesPlace(OrganisationId organisation, KeyId key) {}

        @Override
        public void move(Attribution attribution, BudgetEvent.Move move) {}
    }

    record Outcome(ResultValidator<VirtualKey> result) {

        Outcome isAuthorised() {
            return answers("authorised", answer -> answer instanceof Authorisation.Authorised);
        }

        /** @param available what is left after the hold */
        Outcome isAuthorised(String available) {
            return answers(
                    "authorised, with " + available + " left",
                    answer -> answer instanceof Authorisation.Authorised authorised
                            && Money.of(available).equals(authorised.available()));
        }

        Outcome isDenied(Refusal reason) {
            return answers(
                    "denied for " + reason,
                    answer -> answer instanceof Authorisation.Refused refused && refused.reason() == reason);
        }

        /** @param available what is left after the end of the call */
        Outcome ends(@Nullable String cost, String available) {
            return answers(
                    "cost " + cost + ", " + available + " left",
                    answer -> answer instanceof Settlement settlement
                            && Objects.equals(settlement.cost(), cost == null ? null : Money.of(cost))
                            && Money.of(available).equals(settlement.available()));
        }

        Outcome answers(String what, Predicate<Object> test) {
            result.expectSuccessfulHandlerExecution();
            result.expectResultMessagePayloadMatching(is(what, test));
            return this;
        }

        Outcome records(Class<?>... types) {
            result.expectEventsMatching(
                    is(List.of(types) + " recorded", (List<? super EventMessage<?>> events) -> events.stream()
                            .map(event -> ((EventMessage<?>) event).getPayloadType())
                            .toList()
                            .equals(List.of(types))));
            return this;
        }

        void recordsNothing() {
            result.expectNoEvents();
        }

        void breaksTheRule(RuleViolated.Code code) {
            result.expectException(
                    is(code + " violated", failure -> failure instanceof RuleViolated rule && rule.code() == code));
            result.expectNoEvents();
        }

        private static <T> Matcher<T> is(String what, Predicate<T> test) {
            return new CustomMatcher<>(what) {
                @Override
                @SuppressWarnings("unchecked")
                public boolean matches(Object actual) {
                    return test.test((T) actual);
                }
            };
        }
    }
}
