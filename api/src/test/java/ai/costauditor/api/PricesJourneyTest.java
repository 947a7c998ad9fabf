package ai.costauditor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.api.ApiForTests.Answer;
import ai.costauditor.api.ApiForTests.Person;
import ai.costauditor.api.ApiForTests.Tenant;
import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PricesJourneyTest {

    private static final String OVERRIDE = """
            {"kind": "override", "provider": "openai", "model": "gpt-4o", "reason": "the contract of November",
             "prices": {"input": {"price": "%s", "per": "%s"}}%s}""";

    private final ApiForTests api = ApiForTests.running();
    private final Tenant tenant = api.tenant("Prices");

    @Test
    void anOverrideHoldsAtOnceAndSaysWhoAndWhy() {
        assertThat(effective("gpt-4o").at("/prices/0/price").asString()).isEqualTo("2.5");

        Answer made = post("/prices", OVERRIDE.formatted("2", "1000000", ""));

        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.at("/by/actor")).isEqualTo(tenant.admin().id().value());
        assertThat(made.at("/by/reason")).isEqualTo("the contract of November");
        JsonNode price = effective("gpt-4o-2024-08-06");
        assertThat(price.at("/prices/0/price").asString()).isEqualTo("2");
        assertThat(price.at("/version").asString()).endsWith("+" + made.at("/rule/id"));
        assertThat(price.at("/considered/0/wins").asBoolean()).isTrue();
        assertThat(get("/prices").at("/items/0/rule/id").asString()).isEqualTo(made.at("/rule/id"));

        Answer ended = post("/prices/" + made.at("/rule/id") + "/end", "{\"reason\": \"the contract has ended\"}");

        assertThat(ended.status()).as(ended.text()).isEqualTo(200);
        assertThat(ended.at("/ended_by/reason")).isEqualTo("the contract has ended");
        assertThat(effective("gpt-4o").at("/prices/0/price").asString()).isEqualTo("2.5");
    }

    @Test
    void aPricePerTokenIsKeptPerMillion() {
        Answer made = post("/prices", OVERRIDE.formatted("0.000002", "1", ""));
        assertThat(made.at("/rule/prices/input/price")).isEqualTo("2");
        assertThat(made.at("/rule/prices/input/per")).isEqualTo("1000000");
    }

    @Test
    void aSlipOfUnitsIsShownAtItsFieldAndTakenOnlyIfItIsConfirmed() {
        Answer refused = post("/prices", OVERRIDE.formatted("0.000002", "1000000", ""));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/errors/0/field")).isEqualTo("prices.input.price");
        assertThat(refused.at("/errors/0/message"))
                .contains("is the unit right?")
                .contains("confirm");

        assertThat(post("/prices", OVERRIDE.formatted("0.000002", "1000000", ", \"confirmed\": true"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void onlyAdministratorsAndFinanceChangePricesAndMembersDoNotSeeThem() {
        Person member = api.person(tenant.id(), "Member", Role.MEMBER);
        Person auditor = api.person(tenant.id(), "Auditor", Role.AUDITOR);
        Person finance = api.person(tenant.id(), "Finance", Role.FINANCE);
        String price = OVERRIDE.formatted("2", "1000000", "");
        assertThat(api.get(member, "/api/v1/prices").status()).isEqualTo(403);
        assertThat(api.get(auditor, "/api/v1/prices").status()).isEqualTo(200);
        assertThat(api.post(auditor, "/api/v1/prices", price).status()).isEqualTo(403);
        assertThat(api.post(finance, "/api/v1/prices", price).status()).isEqualTo(201);
    }

    @Test
    void aTableOfPricesIsTakenAsAWholeOrNotAtAll() {
        String table = """
                kind,provider,model,price_of,price,per,percent
                own_model,mistral,"our, tuned",input,2,,
                own_model,mistral,"our, tuned",output,0.000006,1,
                discount,openai,gpt-*,,,,12.5
                """;
        Answer slip = api.send(
                tenant.admin(),
                "POST",
                "/api/v1/prices/import?reason=x",
                table.replace("0.000006,1,", "0.000006,,"),
                "text/csv");
        assertThat(slip.status()).as(slip.text()).isEqualTo(422);
        assertThat(slip.at("/errors/0/field")).isEqualTo("line 2, prices.output.price");
        assertThat(get("/prices").at("/items").size()).isZero();

        Answer taken = api.send(tenant.admin(), "POST", "/api/v1/prices/import?reason=x", table, "text/csv");
        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(taken.json().at("/items").size()).isEqualTo(2);
        assertThat(effective("gpt-4o").at("/prices/0/price").asString()).isEqualTo("2.1875");
    }

    @Test
    void aNewerListIsComparedAndThenTakenOver() {
        String list = """
                {"version": "november", "providers": {"openai": {"models": [
                  {"id": "gpt-4o", "match": {"starts_with": "gpt-4o"},
                   "prices": [{"tokens": {"input": {"price": "3"}, "output": {"price": "10"}}}]}]}}}""";
        JsonNode changes = post("/prices/diff", list).json().at("/items");
        JsonNode input = changes.valueStream()
                .filter(change -> change.at("/model").asString().equals("gpt-4o")
                        && change.at("/provider").asString().equals("openai")
                        && change.at("/kind").asString().equals("input"))
                .findFirst()
                .orElseThrow();
        assertThat(input.at("/before").asString()).isEqualTo("2.5");
        assertThat(input.at("/after").asString()).isEqualTo("3");
        assertThat(input.at("/percent").asString()).isEqualTo("20");

        Answer imported = post("/prices/import?reason=newer", list);
        assertThat(imported.status()).as(imported.text()).isEqualTo(201);
        assertThat(effective("gpt-4o").at("/version").asString()).isEqualTo("november");
        assertThat(get("/prices/versions").at("/items/0/version").asString()).isEqualTo("november");
        assertThat(post("/prices/import?reason=wrong", "{\"providers\": []}").status())
                .isEqualTo(422);
        assertThat(post("/prices/diff", "[]").status()).isEqualTo(422);
    }

    @Test
    void aModelWithoutAPriceIsInTheQueueUntilItsPriceArrives() {
        Calls calls = Calls.of(api, tenant);
        CallId call = CallId.next();
        calls.authorise(call, "a prompt", "1");
        api.bean(Ledger.class)
                .execute(new SettleCall(
                        new KeyId(calls.key()),
                        call,
                        new Usage(Usage.Status.EXACT, Map.of(TokenKind.INPUT, 2_000_000L), Map.of(), "{}"),
                        Charge.unpriced(List.of(new Charge.Unrated("our-own", null, null))),
                        new CallEnd("our-own", 200, 55, CallEnd.Outcome.COMPLETED, List.of()),
                        Instant.now()));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> get("/prices/unpriced").at("/items").size() == 1);
        assertThat(get("/prices/unpriced").at("/items/0/tokens/input").asLong()).isEqualTo(2_000_000);

        assertThat(post("/prices", """
                        {"kind": "own_model", "provider": "openai", "model": "our-own", "reason": "a late price",
                         "from": "2026-01-01T00:00:00Z", "prices": {"input": {"price": "1.25"}}}""").status()).isEqualTo(201);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> get("/prices/unpriced").at("/items").isEmpty());
        assertThat(get("/spend?group_by=model").at("/total").asString()).isEqualTo("2.5");
    }

    private JsonNode effective(String model) {
        return get("/prices/effective?provider=openai&model=" + model);
    }

    private JsonNode get(String path) {
        Answer answer = api.get(tenant.admin(), "/api/v1" + path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private Answer post(String path, String body) {
        return api.post(tenant.admin(), "/api/v1" + path, body);
    }
}
