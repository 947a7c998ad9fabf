package ai.costauditor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.api.ApiForTests.Answer;
import ai.costauditor.api.ApiForTests.Person;
import ai.costauditor.api.ApiForTests.Tenant;
import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Authorised;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Finance corrects what was charged, closes a month, and raises a limit for a while: all by HTTP. */
class CorrectionsJourneyTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private final ApiForTests api = ApiForTests.running();

    @Test
    void aCorrectionIsInTheBudgetAtOnceAndInEveryFigureSoon() {
        Tenant tenant = api.tenant("Corrections");
        Person finance = api.person(tenant.id(), "Fi Nance", Role.FINANCE);
        Calls calls = Calls.of(api, tenant, ", \"budgets\": [{\"limit\": \"1\", \"window\": \"month\"}]");
        String call = calls.settled("hello", "0.9");
        assertThat(calls.authorise(CallId.next(), "no room", "0.2")).isInstanceOf(Refused.class);

        Answer made = adjust(finance, calls.key(), call, "correction", "-0.4", "\"the provider has paid it back\"");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.at("/amount")).isEqualTo("-0.4");
        assertThat(made.at("/call_id")).isEqualTo(call);
        assertThat(made.at("/actor/name")).isEqualTo("Fi Nance");
        assertThat(calls.authorise(CallId.next(), "room again", "0.2")).isInstanceOf(Authorised.class);

        await().atMost(Duration.ofSeconds(5))
                .until(() -> api.get(finance, "/api/v1/spend").at("/total").equals("0.5"));
        JsonNode one = api.get(finance, "/api/v1/calls/" + call).json();
        assertThat(one.at("/cost").asString()).isEqualTo("0.5");
        assertThat(one.at("/settled_cost").asString()).isEqualTo("0.9");
        assertThat(one.at("/adjustments/0")).isEqualTo(made.json());
        assertThat(api.get(finance, "/api/v1/adjustments?call_id=" + call)
                        .json()
                        .at("/items/0"))
                .isEqualTo(made.json());
        assertThat(api.get(finance, "/api/v1/adjustments?kind=credit").json().at("/items"))
                .isEmpty();
    }

    @Test
    void theSameCorrectionTwiceCorrectsOnceAndNoCallCostsLessThanNothing() {
        Tenant tenant = api.tenant("Twice");
        Calls calls = Calls.of(api, tenant);
        String call = calls.settled("hello", "0.9");
        String body = "{\"id\": \"adj_of_ours_1\", \"key_id\": \"" + calls.key() + "\", \"call_id\": \"" + call
                + "\", \"kind\": \"re-rating\", \"price_version\": \"prices-2\", \"amount\": \"0.1\","
                + " \"reason\": \"another price\"}";
        Answer first = api.post(tenant.admin(), "/api/v1/adjustments", body);
        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(api.post(tenant.admin(), "/api/v1/adjustments", body).text()).isEqualTo(first.text());
        Answer another = api.post(tenant.admin(), "/api/v1/adjustments", body.replace("0.1", "0.2"));
        assertThat(another.status()).isEqualTo(409);
        assertThat(another.contentType()).startsWith("application/problem+json");
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        api.get(tenant.admin(), "/api/v1/spend").at("/total").equals("1"));

        assertThat(adjust(tenant.admin(), calls.key(), call, "credit", "-1.000000000001", "\"too much\"")
                        .status())
                .isEqualTo(409);
        assertThat(adjust(tenant.admin(), calls.key(), CallId.next().value(), "credit", "-1", "\"of nothing\"")
                        .status())
                .isEqualTo(404);
        assertThat(adjust(tenant.admin(), calls.key(), call, "credit", "1", "\"no credit\"")
                        .status())
                .isEqualTo(422);
        assertThat(adjust(tenant.admin(), calls.key(), call, "credit", "1e3", "\"no decimal\"")
                        .at("/errors/0/field"))
                .isEqualTo("amount");
        assertThat(adjust(tenant.admin(), calls.key(), call, "credit", "-1", "\" \"")
                        .at("/errors/0/field"))
                .isEqualTo("reason");
        assertThat(adjust(tenant.admin(), calls.key(), call, "present", "-1", "\"x\"")
                        .at("/errors/0/field"))
                .isEqualTo("kind");
    }

    @Test
    void onlyFinanceAndAdministratorsCorrectAndClose() {
        Tenant tenant = api.tenant("Rights");
        Person member = api.person(tenant.id(), "Mem Ber", Role.MEMBER);
        Person auditor = api.person(tenant.id(), "Au Ditor", Role.AUDITOR);
        Calls own = Calls.of(api, tenant, ", \"user_id\": \"" + member.id() + "\"");
        Calls other = Calls.of(api, tenant);
        adjust(tenant.admin(), own.key(), own.settled("a", "1"), "credit", "-0.1", "\"of the member\"");
        adjust(tenant.admin(), other.key(), other.settled("b", "1"), "credit", "-0.2", "\"of another\"");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> api.get(auditor, "/api/v1/adjustments")
                                .json()
                                .at("/items")
                                .size()
                        == 2);
        assertThat(api.get(member, "/api/v1/adjustments").json().at("/items")).hasSize(1);
        for (Person reader : new Person[] {member, auditor}) {
            assertThat(adjust(reader, own.key(), own.settled("c", "1"), "credit", "-1", "\"mine\"")
                            .status())
                    .isEqualTo(403);
            assertThat(api.post(reader, "/api/v1/periods/2020-01/close", "{}").status())
                    .isEqualTo(403);
        }
        assertThat(api.get(member, "/api/v1/periods").status()).isEqualTo(403);
        assertThat(api.get(auditor, "/api/v1/periods").status()).isEqualTo(200);
    }

    @Test
    void aClosedMonthIsSealedAndWhatComesLaterCountsInTheOpenOne() {
        Tenant tenant = api.tenant("Months");
        Person finance = api.person(tenant.id(), "Fi Nance", Role.FINANCE);
        Calls calls = Calls.of(api, tenant);
        YearMonth last = YearMonth.now(BERLIN).minusMonths(1);
        Instant then = last.atDay(15).atStartOfDay(BERLIN).toInstant();
        String settled = calls.settledAt(then, "hello", "0.9");
        CallId open = CallId.next();
        calls.authoriseAt(then, open, "never ended", "0.3");
        String path = "/api/v1/periods/" + last;

        assertThat(api.post(finance, "/api/v1/periods/" + last.plusMonths(1) + "/close", "")
                        .status())
                .as("a month that is not over")
                .isEqualTo(409);
        assertThat(api.get(finance, path).status()).isEqualTo(404);
        Answer refused = api.send(finance, "POST", path + "/close", null);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("1 calls are open");
        assertThat(api.post(finance, path + "/close", "{\"force\": true}").status())
                .as("force needs a reason")
                .isEqualTo(422);

        Answer closed = api.post(finance, path + "/close", "{\"force\": true, \"reason\": \"the year ends\"}");
        assertThat(closed.status()).as(closed.text()).isEqualTo(200);
        assertThat(closed.at("/month")).isEqualTo(last.toString());
        assertThat(closed.at("/seal/total/cost")).isEqualTo("0.9");
        assertThat(closed.at("/seal/total/tokens/input")).isEqualTo("12");
        assertThat(closed.at("/seal/open_calls")).isEqualTo("1");
        assertThat(closed.at("/seal/groups/teams/0/name")).isEqualTo("Team of Months");
        assertThat(closed.at("/seal/actor/name")).isEqualTo("Fi Nance");
        assertThat(api.get(finance, path).json()).isEqualTo(closed.json());
        JsonNode listed = api.get(finance, "/api/v1/periods").json().at("/items/0");
        assertThat(listed.at("/seal/total")).isEqualTo(closed.json().at("/seal/total"));
        assertThat(listed.at("/seal/groups").isMissingNode()).isTrue();
        assertThat(api.post(finance, path + "/close", "").status()).as("once").isEqualTo(409);

        Answer later = adjust(finance, calls.key(), settled, "correction", "-0.4", "\"a late invoice\"");
        assertThat(later.at("/corrects")).isEqualTo(last.toString());
        assertThat(YearMonth.from(Instant.parse(later.at("/counts_at")).atZone(BERLIN)))
                .isEqualTo(last.plusMonths(1));
        await().atMost(Duration.ofSeconds(5))
                .until(() -> api.get(finance, "/api/v1/spend").at("/total").equals("-0.4"));
        assertThat(api.get(finance, path).json()).isEqualTo(closed.json());
        assertThat(api.get(finance, "/api/v1/periods/whenever").status()).isEqualTo(404);
    }

    @Test
    void aLimitIsRaisedForAWhileAndSaysSo() {
        Tenant tenant = api.tenant("Raises");
        Calls calls = Calls.of(api, tenant);
        String path = "/api/v1/budgets/key/" + calls.key() + "?reason=the+release";
        Instant until = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
        Answer set = api.send(tenant.admin(), "PUT", path, raised("1", "0.5", until));
        assertThat(set.status()).as(set.text()).isEqualTo(200);
        assertThat(set.at("/items/0/limit")).isEqualTo("1.5");
        assertThat(set.at("/items/0/raised_by")).isEqualTo("0.5");
        assertThat(set.at("/items/0/raised_until")).isEqualTo(until.toString());
        assertThat(set.json().at("/items/0/thresholds").toString()).isEqualTo("[90]");
        assertThat(calls.authorise(CallId.next(), "more than the limit", "1.5")).isInstanceOf(Authorised.class);

        Answer over = api.send(
                tenant.admin(), "PUT", path, raised("1", "0.5", Instant.now().minusSeconds(1)));
        assertThat(over.at("/items/0/limit")).isEqualTo("1");
        assertThat(over.json().at("/items/0/raised_until").isNull()).isTrue();
        assertThat(over.at("/items/0/available")).isEqualTo("-0.5");
        assertThat(calls.authorise(CallId.next(), "the raise is over", "0.000001"))
                .isInstanceOf(Refused.class);
        assertThat(api.send(tenant.admin(), "PUT", path, raised("1", "0.000", until))
                        .at("/errors/0/field"))
                .isEqualTo("[0].raise.by");
    }

    private static String raised(String limit, String by, Instant until) {
        return "[{\"limit\": \"" + limit + "\", \"window\": \"month\", \"thresholds\": [90], \"raise\": {\"by\": \""
                + by + "\", \"until\": \"" + until + "\"}}]";
    }

    private Answer adjust(Person who, String key, String call, String kind, String amount, String reason) {
        return api.post(
                who,
                "/api/v1/adjustments",
                "{\"key_id\": \"" + key + "\", \"call_id\": \"" + call + "\", \"kind\": \"" + kind
                        + "\", \"amount\": \"" + amount + "\", \"reason\": " + reason + "}");
    }
}
