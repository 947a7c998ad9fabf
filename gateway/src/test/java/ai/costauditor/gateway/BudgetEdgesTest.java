package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.BY_ADA;
import static ai.costauditor.gateway.GatewayForTests.hard;
import static ai.costauditor.gateway.ScriptedUpstream.chunk;
import static ai.costauditor.gateway.ScriptedUpstream.end;
import static ai.costauditor.gateway.ScriptedUpstream.streamHead;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.gateway.GatewayForTests.Key;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.budgets.Balances;
import ai.costauditor.ledger.budgets.BudgetBalance;
import ai.costauditor.ledger.budgets.BudgetCommand.SetLimits;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.budgets.ScopeType;
import ai.costauditor.ledger.keys.KeyCommand.MoveKey;
import ai.costauditor.ledger.keys.KeyCommand.ResumeKey;
import ai.costauditor.ledger.keys.KeyCommand.RevokeKey;
import ai.costauditor.ledger.keys.KeyCommand.SetBudgets;
import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What budgets mean where two rules meet: over real HTTP, with calls that run meanwhile. */
class BudgetEdgesTest {

    private static final String UNPRICED =
            "{\"model\":\"openai/nobody-sells-this\",\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}";

    private final GatewayForTests gateway = GatewayForTests.shared();
    private final CountDownLatch over = new CountDownLatch(1);

    // --- models without a price ---

    @Test
    void aModelWithoutAPriceIsRefusedUnderAHardBudgetOfTheKeyOrAboveIt() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer());
        Attribution place = somewhere(OrganisationId.next());
        Key above = gateway.key(place);
        limit(place, "5");
        for (Key key : List.of(gateway.key(hard("5")), above)) {
            HttpResponse<String> refused = gateway.post(Chats.PATH, key, UNPRICED);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(404);
            assertThat(refused.body()).contains("model_not_found", "no price");
            assertThat(gateway.events(key)).containsExactly("key.CallDenied");
        }
        assertThat(gateway.upstream.received()).isEmpty();
    }

    @Test
    void elsewhereItIsHeldAtTheConfiguredCeilingAndItsCostStaysUnknown() throws Exception {
        gateway.upstream.answerJson(200, Chats.answer().replace("gpt-4o-mini-2024-07-18", "nobody-sells-this"));
        Key key = gateway.key();
        assertThat(gateway.post(Chats.PATH, key, UNPRICED).statusCode()).isEqualTo(200);
        assertThat(gateway.holdOf(key)).isEqualTo("1");
        assertThat(gateway.end(key).at("/charge/status").asString()).isEqualTo("unpriced");

        // a limit that comes now sees what nobody knows
        execute(new SetBudgets(key.id(), List.of(hard("1.5")), BY_ADA));
        BudgetBalance balance = balance(key);
        assertThat(balance.unresolved()).isEqualTo(Money.of("1"));
        assertThat(balance.spent()).isEqualTo(Money.ZERO);
    }

    // --- a limit of zero ---

    @Test
    void aLimitOfZeroAllowsNothingNotEvenWhatIsFree() throws Exception {
        gateway.upstream.answerJson(200, "{\"input_tokens\":3}");
        String count = "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}";
        Attribution place = somewhere(OrganisationId.next());
        Key above = gateway.key(place);
        limit(place, "0");
        for (Key key : List.of(gateway.key(hard("0")), above)) {
            assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                    .isEqualTo(429);
            assertThat(gateway.post("/v1/messages/count_tokens", key, count).statusCode())
                    .isEqualTo(429);
        }
        assertThat(gateway.upstream.received()).isEmpty();
    }

    // --- what changes while a call runs ---

    @Test
    void aKeyThatIsFrozenFinishesWhatRunsAndBeginsNothing() throws Exception {
        Key key = gateway.key(hard("1"));
        CompletableFuture<HttpResponse<String>> running = stream(key);
        execute(new SuspendKey(key.id(), BY_ADA));
        assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                .isEqualTo(403);
        assertThat(balance(key).held()).isNotEqualTo(Money.ZERO);

        finishes(running);
        settled(key);
        assertThat(balance(key).held()).isEqualTo(Money.ZERO);
        assertThat(balance(key).spent()).isEqualTo(Money.of("0.000009"));
        execute(new ResumeKey(key.id(), BY_ADA));
        gateway.upstream.answerJson(200, Chats.answer());
        assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aKeyThatIsRevokedFinishesWhatRuns() throws Exception {
        Key key = gateway.key(hard("1"));
        CompletableFuture<HttpResponse<String>> running = stream(key);
        execute(new RevokeKey(key.id(), BY_ADA));
        assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                .isEqualTo(401);
        finishes(running);
        settled(key);
        assertThat(balance(key).spent()).isEqualTo(Money.of("0.000009"));
    }

    @Test
    void aLimitThatIsLoweredBelowWhatIsHeldStopsNewCallsAndNotTheOneThatRuns() throws Exception {
        Key key = gateway.key(hard("1"));
        CompletableFuture<HttpResponse<String>> running = stream(key);
        Money held = balance(key).held();
        execute(new SetBudgets(key.id(), List.of(hard("0.000001")), BY_ADA));
        assertThat(balance(key).available()).isEqualTo(Money.of("0.000001").minus(held));
        assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                .isEqualTo(429);

        finishes(running);
        settled(key);
        assertThat(balance(key).available()).as("an overdraft, in full").isEqualTo(Money.of("-0.000008"));
        assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                .isEqualTo(429);
        execute(new SetBudgets(key.id(), List.of(hard("1")), BY_ADA));
        gateway.upstream.answerJson(200, Chats.answer());
        assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aKeyThatIsMovedLeavesWhatRunsWhereItBegan() throws Exception {
        OrganisationId organisation = OrganisationId.next();
        Attribution from = somewhere(organisation);
        Attribution to = somewhere(organisation);
        Key key = gateway.key(from);
        limit(from, "1");
        limit(to, "1");
        CompletableFuture<HttpResponse<String>> running = stream(key);
        execute(new MoveKey(key.id(), to, BY_ADA));
        assertThat(balance(from).held()).isNotEqualTo(Money.ZERO);
        assertThat(balance(to).held()).isEqualTo(Money.ZERO);

        finishes(running);
        settled(key);
        assertThat(balance(from).spent()).isEqualTo(Money.of("0.000009"));
        assertThat(balance(from).held()).isEqualTo(Money.ZERO);
        gateway.upstream.answerJson(200, Chats.answer());
        assertThat(gateway.post(Chats.PATH, key, Chats.question("")).statusCode())
                .isEqualTo(200);
        assertThat(balance(to).spent()).isEqualTo(Money.of("0.000009"));
        assertThat(balance(from).spent()).isEqualTo(Money.of("0.000009"));
    }

    // --- steps ---

    private CompletableFuture<HttpResponse<String>> stream(Key key) {
        gateway.upstream.answer((request, out) -> {
            out.write(streamHead());
            out.write(chunk(Chats.text("first")));
            out.flush();
            ChatStreamTest.await(over);
            out.write(chunk(Chats.usageChunk() + Chats.done()));
            out.write(end());
        });
        CompletableFuture<HttpResponse<String>> response = gateway.http.sendAsync(
                gateway.request(Chats.PATH, key)
                        .POST(HttpRequest.BodyPublishers.ofString(Chats.streamed()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> gateway.events(key)
                .contains("key.CallAuthorised"));
        Awaitility.await().until(() -> !gateway.upstream.received().isEmpty());
        return response;
    }

    private void finishes(CompletableFuture<HttpResponse<String>> running) throws Exception {
        over.countDown();
        HttpResponse<String> response = running.get();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).endsWith(Chats.done());
    }

    private void settled(Key key) {
        assertThat(gateway.events(key)).contains("key.CallSettled").doesNotContain("key.HoldExpired");
    }

    private static Attribution somewhere(OrganisationId organisation) {
        return new Attribution(organisation, TeamId.next(), ProjectId.next(), null);
    }

    private void limit(Attribution place, String limit) {
        execute(new SetLimits(teamOf(place), List.of(hard(limit)), ZoneId.of("UTC"), BY_ADA));
    }

    private static Scope teamOf(Attribution place) {
        return new Scope(place.organisation(), ScopeType.TEAM, place.team().value());
    }

    private BudgetBalance balance(Key key) {
        return gateway.bean(Balances.class).ofKey(key.id(), Instant.now()).getFirst();
    }

    private BudgetBalance balance(Attribution place) {
        return gateway.bean(Balances.class)
                .ofScope(teamOf(place), Instant.now())
                .getFirst();
    }

    private void execute(ai.costauditor.ledger.Command<?> command) {
        gateway.bean(Ledger.class).execute(command);
    }
}
