package ai.costauditor.api;

import ai.costauditor.api.ApiForTests.Answer;
import ai.costauditor.api.ApiForTests.Tenant;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.ChargeLine;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** A team, a project and a key of a tenant, made through the API, and calls with the key. */
record Calls(ApiForTests api, String team, String project, String key, String secret) {

    static Calls of(ApiForTests api, Tenant tenant) {
        return of(api, tenant, "");
    }

    /** @param more further members of the key's JSON, with a comma in front */
    static Calls of(ApiForTests api, Tenant tenant, String more) {
        String team = made(api.post(tenant.admin(), "/api/v1/teams", "{\"name\": \"Team of " + tenant.name() + "\"}"))
                .at("/id");
        String project = made(api.post(
                        tenant.admin(),
                        "/api/v1/projects",
                        "{\"name\": \"Project of " + tenant.name() + "\", \"team_id\": \"" + team + "\"}"))
                .at("/id");
        Answer key = made(api.post(
                tenant.admin(),
                "/api/v1/keys",
                "{\"name\": \"Key of " + tenant.name() + "\", \"project_id\": \"" + project + "\"" + more + "}"));
        return new Calls(api, team, project, key.at("/id"), key.at("/secret"));
    }

    private static Answer made(Answer answer) {
        if (answer.status() != 201) {
            throw new AssertionError(answer.text());
        }
        return answer;
    }

    Authorisation authorise(CallId call, String prompt, String hold) {
        return authoriseAt(Instant.now(), call, prompt, hold);
    }

    Authorisation authoriseAt(Instant moment, CallId call, String prompt, String hold) {
        Instant now = moment.truncatedTo(ChronoUnit.MICROS);
        return api.bean(Ledger.class)
                .execute(new AuthoriseCall(
                        new KeyId(key),
                        call,
                        new CallRequest("openai", "chat.completions", "gpt-4o-mini", false, "of " + prompt, Map.of()),
                        new Hold(Money.of(hold), now.plusSeconds(600), "node_test"),
                        PriceStatus.PRICED,
                        now));
    }

    String settled(String prompt, String cost) {
        return settledAt(Instant.now(), prompt, cost);
    }

    String settledAt(Instant at, String prompt, String cost) {
        CallId call = CallId.next();
        authoriseAt(at, call, prompt, cost);
        Charge charge = Charge.of(
                "prices-1",
                List.of(new ChargeLine("input", BigDecimal.ONE, new BigDecimal(cost), BigDecimal.ONE, Money.of(cost))));
        api.bean(Ledger.class)
                .execute(new SettleCall(
                        new KeyId(key),
                        call,
                        new Usage(
                                Usage.Status.EXACT, Map.of(TokenKind.INPUT, 12L, TokenKind.OUTPUT, 3L), Map.of(), "{}"),
                        charge,
                        new CallEnd("gpt-4o-mini-2024-07-18", 200, 55, CallEnd.Outcome.COMPLETED, List.of()),
                        at.plusMillis(55)));
        return call.value();
    }
}
