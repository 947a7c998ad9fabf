package ai.costauditor.ledger.policies;

import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.keys.Policy;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class RatesTest {

    private static final Policy TWO_REQUESTS = Policy.enforcing(Policy.Enforcement.STRICT)
            .requestsPerMinute(2)
            .tokensPerMinute(100L)
            .build();

    private final Rates rates = new Rates();

    @Test
    void whatIsLeftAndWhenMoreFitsFollowsFromTheSecondsOfTheMinute() {
        rates.authorised(NOON);
        rates.authorised(NOON.plusSeconds(10));
        rates.settled(150, NOON.plusSeconds(20));

        RateLimits limits = rates.limits(TWO_REQUESTS, NOON.plusSeconds(30));

        assertThat(limits.requests())
                .isEqualTo(new RateLimits.Standing(2, 0, NOON.plusSeconds(61), NOON.plusSeconds(71)));
        assertThat(limits.tokens())
                .isEqualTo(new RateLimits.Standing(100, 0, NOON.plusSeconds(81), NOON.plusSeconds(81)));
        assertThat(limits.requests().retryAfter(NOON.plusMillis(30_500))).isEqualTo(31);
    }

    @Test
    void whenMoreFitsItIsSoAndASecondBeforeItIsNot() {
        rates.authorised(NOON);
        rates.authorised(NOON);
        assertThat(rates.limits(TWO_REQUESTS, NOON.plusSeconds(60)).requests().remaining())
                .isZero();
        assertThat(rates.limits(TWO_REQUESTS, NOON.plusSeconds(61)).requests())
                .isEqualTo(new RateLimits.Standing(2, 2, NOON.plusSeconds(61), NOON.plusSeconds(61)));
    }

    @Test
    void ofTwoLimitsTheTighterIsTold() {
        rates.authorised(NOON);
        RateLimits own = rates.limits(TWO_REQUESTS, NOON);
        RateLimits none = new RateLimits(null, null);
        assertThat(own.and(none)).isEqualTo(own);
        assertThat(none.and(own)).isEqualTo(own);
        assertThat(none.orNone()).isNull();
    }
}
