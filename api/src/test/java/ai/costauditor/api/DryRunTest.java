package ai.costauditor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.api.ApiForTests.Answer;
import ai.costauditor.api.ApiForTests.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a policy would have refused. */
class DryRunTest {

    private final ApiForTests api = ApiForTests.running();
    private final Tenant tenant = api.tenant("Rehearsing");
    private final Calls calls = Calls.of(api, tenant);
    /** One after the other within a minute: each has ended before the next begins. */
    private final List<String> made = IntStream.range(0, 5)
            .mapToObj(i -> calls.settledAt(Instant.now().minusSeconds(40 - 8 * i), "prompt " + i, "0.25"))
            .toList();

    @Test
    void aModelThatIsNotAllowedWouldHaveCostNothing() {
        Answer answer = run("team", calls.team(), "{\"allowed_models\": [\"claude-*\"]}", "");
        assertThat(answer.at("/examined")).isEqualTo("5");
        assertThat(answer.at("/refused")).isEqualTo("5");
        assertThat(answer.at("/cost")).isEqualTo("1.25");
        assertThat(answer.at("/cost_unknown")).isEqualTo("0");
        assertThat(answer.at("/reasons/0/reason")).isEqualTo("model_not_allowed");
        assertThat(answer.at("/reasons/0/samples/0")).isEqualTo(made.getFirst());
        assertThat(answer.json().at("/next").isNull()).isTrue();
    }

    @Test
    void aLimitPerMinuteRefusesWhatIsTooMuchOfIt() {
        Answer answer = run("key", calls.key(), "{\"requests_per_minute\": 2, \"largest_body\": 10}", "");
        assertThat(answer.at("/refused")).isEqualTo("3");
        assertThat(answer.at("/reasons/0/reason")).isEqualTo("requests_per_minute");
        assertThat(answer.at("/cost")).isEqualTo("0.75");
        assertThat(answer.at("/not_judged/0")).isEqualTo("largest_body");
    }

    @Test
    void aLongPeriodIsExaminedInPartsThatAddUp() {
        String policy = "{\"tokens_per_minute\": 30}";
        Answer whole = run("organisation", tenant.id().value(), policy, "");
        long examined = 0;
        long refused = 0;
        String next = "";
        int parts = 0;
        do {
            Answer part = run("organisation", tenant.id().value(), policy, ", \"limit\": 2" + next);
            examined += Long.parseLong(part.at("/examined"));
            refused += Long.parseLong(part.at("/refused"));
            next = part.json().at("/next").isNull() ? "" : ", \"from\": \"" + part.at("/next") + "\"";
            parts++;
        } while (!next.isEmpty());
        assertThat(parts).isGreaterThan(1);
        assertThat(examined).isEqualTo(5).isEqualTo(Long.parseLong(whole.at("/examined")));
        assertThat(refused).isEqualTo(Long.parseLong(whole.at("/refused"))).isPositive();
    }

    private Answer run(String type, String id, String policy, String more) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> api.get(tenant.admin(), "/api/v1/calls?status=settled")
                                .json()
                                .at("/items")
                                .size()
                        == 5);
        Answer answer = api.post(
                tenant.admin(),
                "/api/v1/policies/dry-run",
                "{\"scope_type\": \"" + type + "\", \"scope_id\": \"" + id + "\", \"policy\": " + policy + more + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }
}
