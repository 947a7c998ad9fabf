package ai.costauditor.ledger.keys;

import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.end;
import static ai.costauditor.ledger.keys.KeyFixture.hard;
import static ai.costauditor.ledger.keys.KeyFixture.request;
import static ai.costauditor.ledger.keys.KeyFixture.soft;
import static ai.costauditor.ledger.keys.KeyFixture.tokens;
import static ai.costauditor.ledger.keys.KeyScenario.KEY;

import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.ExtendHold;
import ai.costauditor.ledger.keys.KeyCommand.ResumeKey;
import ai.costauditor.ledger.keys.KeyCommand.RevokeKey;
import ai.costauditor.ledger.keys.KeyCommand.SetBudgets;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.keys.KeyEvent.BudgetsSet;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.HoldExpired;
import ai.costauditor.ledger.keys.KeyEvent.HoldExtended;
import ai.costauditor.ledger.keys.KeyEvent.KeyIssued;
import ai.costauditor.ledger.keys.KeyEvent.KeyRevoked;
import ai.costauditor.ledger.keys.KeyEvent.ThresholdReached;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.PriceStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class VirtualKeyTest {

    private static final CallId CALL = new CallId("call_x");
    private static final Instant MIDNIGHT = Instant.parse("2026-03-10T23:00:00Z"); // in Berlin

    private final KeyScenario key = new KeyScenario();

    // --- money ---

    @Test
    void aCallThatFitsIsHeld() {
        key.issued(hard("10", BudgetWindow.MONTH))
                .spent("7")
                .held("2.5")
                .when(authorise("0.4"))
                .isAuthorised("0.1");
    }

    @Test
    void aHoldThatUsesUpTheLimitExactlyIsAllowed() {
        key.issued(hard("10", BudgetWindow.MONTH))
                .spent("7")
                .held("2.5")
                .when(authorise("0.5"))
                .isAuthorised("0");
    }

    @Test
    void aCallThatWouldPassTheLimitIsRefused() {
        key.issued(hard("10", BudgetWindow.MONTH))
                .spent("7")
                .held("2.5")
                .when(authorise("0.500000000001"))
                .isDenied(Refusal.BUDGET_EXHAUSTED)
                .records(CallDenied.class);
    }

    @Test
    void everyHardWindowHasToHaveRoomAndASoftOneOnlyTells() {
        key.issued(hard("10", BudgetWindow.MONTH), hard("1", BudgetWindow.DAY), soft("0.1", BudgetWindow.WEEK))
                .spent("0.8")
                .when(authorise("0.3"))
                .isDenied(Refusal.BUDGET_EXHAUSTED);
    }

    @Test
    void aSoftLimitDoesNotRefuse() {
        key.issued(soft("0.1", BudgetWindow.WEEK))
                .spent("5")
                .when(authorise("1"))
                .isAuthorised();
    }

    @Test
    void aLimitOfZeroAllowsNothingNotEvenWhatIsFree() {
        key.issued(hard("0", BudgetWindow.TOTAL)).when(authorise("0")).isDenied(Refusal.BUDGET_EXHAUSTED);
    }

    @Test
    void anotherDayIsAnotherCounterInTheZoneOfTheOrganisation() {
        key.issued(hard("1", BudgetWindow.DAY))
                .spent("1", MIDNIGHT.minusMillis(1))
                .when(KeyFixture.authorise(KEY, CALL, "1", MIDNIGHT))
                .isAuthorised("0");
    }

    @Test
    void aCostCountsInTheWindowOfTheAuthorisation() {
        key.issued(hard("1", BudgetWindow.DAY))
                .held(CALL, "1", MIDNIGHT.minusMillis(1))
                .when(KeyFixture.settle(KEY, CALL, "0.7", MIDNIGHT))
                .ends("0.7", "1");
    }

    @Test
    void aLimitThatIsSetLaterSeesWhatWasSpentBefore() {
        key.issued()
                .spent("5")
                .and(new BudgetsSet(KEY, List.of(hard("6", BudgetWindow.MONTH)), BY_ADA))
                .when(authorise("1.5"))
                .isDenied(Refusal.BUDGET_EXHAUSTED);
    }

    @Test
    void theFullCostIsRecordedAlthoughItPassesTheHoldAndThenTheKeyIsRefused() {
        key.issued(hard("1", BudgetWindow.TOTAL))
                .held(CALL, "0.5")
                .when(KeyFixture.settle(KEY, CALL, "1.25", NOON))
                .ends("1.25", "-0.25")
                .records(CallSettled.class, ThresholdReached.class, ThresholdReached.class, ThresholdReached.class);
        new KeyScenario()
                .issued(hard("1", BudgetWindow.TOTAL))
                .spent("1.25")
                .when(authorise("0"))
                .isDenied(Refusal.BUDGET_EXHAUSTED);
    }

    @Test
    void aCallWithoutAPriceIsRefusedUnderAHardBudgetOnly() {
        key.issued(hard("1", BudgetWindow.TOTAL)).when(unpriced()).isDenied(Refusal.UNPRICED_MODEL);
        new KeyScenario().issued(soft("1", BudgetWindow.TOTAL)).when(unpriced()).isAuthorised();
    }

    @Test
    void aChargeWithoutAPriceKeepsItsHoldAsUnresolved() {
        key.issued(hard("1", BudgetWindow.TOTAL))
                .held(CALL, "0.4")
                .when(new SettleCall(KEY, CALL, tokens(1, 1), Charge.unpriced(), end(CallEnd.Outcome.COMPLETED), NOON))
                .ends(null, "0.6");
    }

    @Test
    void observingHoldsNothingAndRefusesNothing() {
        Policy observe = Policy.enforcing(Policy.Enforcement.OBSERVE).build();
        key.issued(observe, hard("1", BudgetWindow.TOTAL))
                .spent("5")
                .when(authorise("3"))
                .isAuthorised("-4");
    }

    // --- the end of a call ---

    @Test
    void aReleaseGivesTheHoldBack() {
        key.issued(hard("1", BudgetWindow.TOTAL))
                .held(CALL, "0.4")
                .when(KeyFixture.release(KEY, CALL, NOON))
                .ends("0", "1")
                .records(CallReleased.class);
    }

    @Test
    void anExpiredHoldStaysCountedUntilSomebodyKnows() {
        key.issued(hard("1", BudgetWindow.TOTAL))
                .held(CALL, "0.4")
                .when(KeyFixture.expire(KEY, CALL, NOON))
                .ends(null, "0.6")
                .records(HoldExpired.class);
    }

    @Test
    void aSettlementAfterTheExpiryIsLateAndNeverLost() {
        key.issued(hard("1", BudgetWindow.TOTAL))
                .held(CALL, "0.4")
                .expired(CALL, "0.4")
                .when(KeyFixture.settle(KEY, CALL, "0.1", NOON))
                .ends("0.1", "0.9")
                .records(CallSettledLate.class);
    }

    @Test
    void theSameSettlementAgainChangesNothingAndAnswersTheSame() {
        key.issued(hard("1", BudgetWindow.TOTAL))
                .held(CALL, "0.4")
                .settled(CALL, "0.1", NOON)
                .when(KeyFixture.settle(KEY, CALL, "0.1", NOON))
                .ends("0.1", "0.9")
                .recordsNothing();
    }

    @Test
    void aCallEndsOnce() {
        key.issued()
                .held(CALL, "0.4")
                .settled(CALL, "0.1", NOON)
                .when(KeyFixture.release(KEY, CALL, NOON))
                .breaksTheRule(RuleViolated.Code.CONFLICT);
        new KeyScenario()
                .issued(hard("1", BudgetWindow.TOTAL))
                .held(CALL, "0.4")
                .settled(CALL, "0.1", NOON)
                .when(KeyFixture.expire(KEY, CALL, NOON))
                .ends("0.1", "0.9")
                .recordsNothing();
    }

    @Test
    void whatWasNeverAuthorisedCannotBeSettled() {
        key.issued().when(KeyFixture.settle(KEY, CALL, "1", NOON)).breaksTheRule(RuleViolated.Code.NOT_FOUND);
    }

    @Test
    void aSuspendedOrRevokedKeyStillSettlesWhatIsOpen() {
        key.issued(hard("1", BudgetWindow.TOTAL))
                .held(CALL, "0.4")
                .suspended()
                .revoked()
                .when(KeyFixture.settle(KEY, CALL, "0.3", NOON))
                .ends("0.3", "0.7");
    }

    @Test
    void aLongStreamKeepsItsHold() {
        key.issued()
                .held(CALL, "1")
                .when(new ExtendHold(KEY, CALL, NOON.plusSeconds(3600), NOON))
                .records(HoldExtended.class);
        new KeyScenario()
                .issued()
                .held(CALL, "1")
                .when(new ExtendHold(KEY, CALL, NOON.plusSeconds(1), NOON))
                .recordsNothing();
    }

    // --- the same again ---

    @Test
    void theSameCallGetsTheSameDecisionAgain() {
        key.issued(hard("1", BudgetWindow.TOTAL))
                .held(CALL, "0.9")
                .when(KeyFixture.authorise(KEY, CALL, "0.9", NOON))
                .isAuthorised("0.1")
                .recordsNothing();
    }

    @Test
    void aDenialIsRepeatedEvenIfThereIsRoomNow() {
        key.issued(hard("1", BudgetWindow.TOTAL))
                .and(denied(CALL, NOON))
                .when(authorise("0.1"))
                .isDenied(Refusal.BUDGET_EXHAUSTED)
                .recordsNothing();
    }

    @Test
    void theSameIdForAnotherRequestIsAConflict() {
        key.issued()
                .held(CALL, "0.9")
                .when(KeyFixture.authorise(KEY, CALL, "0.9", "another request", NOON))
                .breaksTheRule(RuleViolated.Code.CONFLICT);
    }

    @Test
    void aFloodOfDenialsIsCoalescedAndTheNextOneSaysHowManyWereNotRecorded() {
        key.issued(hard("0", BudgetWindow.TOTAL));
        for (int i = 0; i < DenialFlood.RECORDED_PER_SECOND; i++) {
            key.and(denied(new CallId("call_denied_" + i), NOON));
        }
        key.when(KeyFixture.authorise(KEY, CALL, "1", NOON.plusMillis(999)))
                .isDenied(Refusal.BUDGET_EXHAUSTED)
                .recordsNothing();
        key.when(KeyFixture.authorise(KEY, CALL, "1", NOON.plusSeconds(1))).records(CallDenied.class);
    }

    // --- policy ---

    @Test
    void aPolicyNamesWhatIsAllowedWithWildcards() {
        Policy policy = Policy.enforcing(Policy.Enforcement.STRICT)
                .allowedModels("gpt-4o*")
                .allowedProviders("openai")
                .allowedEndpoints("chat.*")
                .build();
        key.issued(policy).when(authorise("1")).isAuthorised();
        key.when(call(new CallRequest("openai", "chat.completions", "o3", false, "f", null)))
                .isDenied(Refusal.MODEL_NOT_ALLOWED);
        key.when(call(new CallRequest("groq", "chat.completions", "gpt-4o", false, "f", null)))
                .isDenied(Refusal.PROVIDER_NOT_ALLOWED);
        key.when(call(new CallRequest("openai", "embeddings", "gpt-4o", false, "f", null)))
                .isDenied(Refusal.ENDPOINT_NOT_ALLOWED);
    }

    @Test
    void parallelCallsAreTheOpenOnes() {
        Policy two =
                Policy.enforcing(Policy.Enforcement.STRICT).parallelCalls(2).build();
        key.issued(two).spent("1").held("1").when(authorise("1")).isAuthorised();
        key.held("1").when(authorise("1")).isDenied(Refusal.PARALLEL_CALLS);
    }

    @Test
    void requestsPerMinuteAreTheAuthorisationsOfTheLastSixtySeconds() {
        Policy two =
                Policy.enforcing(Policy.Enforcement.STRICT).requestsPerMinute(2).build();
        key.issued(two).held("1").held("1");
        key.when(KeyFixture.authorise(KEY, CALL, "1", NOON.plusSeconds(60))).isDenied(Refusal.REQUESTS_PER_MINUTE);
        key.when(KeyFixture.authorise(KEY, CALL, "1", NOON.plusSeconds(61))).isAuthorised();
    }

    @Test
    void tokensPerMinuteAreTheSettledOnesOfTheLastSixtySeconds() {
        Policy hundred = Policy.enforcing(Policy.Enforcement.STRICT)
                .tokensPerMinute(120L)
                .build();
        key.issued(hundred).spent("1");
        key.when(KeyFixture.authorise(KEY, CALL, "1", NOON.plusSeconds(1))).isDenied(Refusal.TOKENS_PER_MINUTE);
        key.when(KeyFixture.authorise(KEY, CALL, "1", NOON.plusSeconds(61))).isAuthorised();
    }

    @Test
    void aSuspendedOrRevokedKeyIsRefused() {
        key.issued().suspended().when(authorise("1")).isDenied(Refusal.KEY_SUSPENDED);
        key.revoked().when(authorise("1")).isDenied(Refusal.KEY_REVOKED);
    }

    // --- administration ---

    @Test
    void issuingTheSameKeyTwiceIsIssuingItOnce() {
        new KeyScenario().issued().when(issue("ci")).recordsNothing();
        new KeyScenario().issued().when(issue("another")).breaksTheRule(RuleViolated.Code.CONFLICT);
        new KeyScenario().when(issue("ci")).records(KeyIssued.class);
    }

    private static KeyCommand.IssueKey issue(String name) {
        return new KeyCommand.IssueKey(
                KEY,
                name,
                KeyFixture.RESEARCH,
                new SecretHash("0".repeat(64)),
                Policy.DEFAULT,
                List.of(),
                KeyFixture.BERLIN,
                BY_ADA);
    }

    @Test
    void revokedIsForEver() {
        key.issued().revoked();
        key.when(new ResumeKey(KEY, BY_ADA)).breaksTheRule(RuleViolated.Code.CONFLICT);
        key.when(new SuspendKey(KEY, BY_ADA)).breaksTheRule(RuleViolated.Code.CONFLICT);
        key.when(new RevokeKey(KEY, BY_ADA)).recordsNothing();
        new KeyScenario().issued().when(new RevokeKey(KEY, BY_ADA)).records(KeyRevoked.class);
    }

    @Test
    void aWindowHasOneHardLimit() {
        key.issued()
                .when(new SetBudgets(KEY, List.of(hard("1", BudgetWindow.DAY), hard("2", BudgetWindow.DAY)), BY_ADA))
                .breaksTheRule(RuleViolated.Code.INVALID);
    }

    // --- words ---

    private static AuthoriseCall authorise(String hold) {
        return KeyFixture.authorise(KEY, CALL, hold, NOON);
    }

    private static AuthoriseCall unpriced() {
        return new AuthoriseCall(
                KEY,
                CALL,
                request("f"),
                new Hold(Money.of("0.1"), NOON.plusSeconds(60), "node_1"),
                PriceStatus.UNPRICED,
                NOON);
    }

    private static AuthoriseCall call(CallRequest request) {
        return new AuthoriseCall(
                KEY,
                CALL,
                request,
                new Hold(Money.of("0.1"), NOON.plusSeconds(60), "node_1"),
                PriceStatus.PRICED,
                NOON);
    }

    private static CallDenied denied(CallId call, Instant at) {
        return new CallDenied(
                KEY,
                call,
                KeyFixture.RESEARCH,
                request("fingerprint of " + call),
                Refusal.BUDGET_EXHAUSTED,
                new Hold(Money.of("5"), at.plusSeconds(60), "node_1"),
                null,
                at);
    }
}
