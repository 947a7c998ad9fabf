package ai.costauditor.ledger.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class CacheRuleTest {

    @Test
    void aFamilyHasItsRuleWhoeverServesIt() {
        CacheRule direct = CacheRule.of("claude-sonnet-4-5-20250929").orElseThrow();
        assertThat(direct.minimumPrefix()).isEqualTo(1024);
        assertThat(direct.lifetimes())
                .containsExactly(
                        new CacheRule.Lifetime(300, new BigDecimal("1.25")),
                        new CacheRule.Lifetime(3600, new BigDecimal("2")));
        assertThat(CacheRule.of("eu.anthropic.claude-sonnet-4-5-20250929-v1:0")).contains(direct);
        assertThat(CacheRule.of("claude-haiku-4-5").orElseThrow().minimumPrefix())
                .isEqualTo(4096);
        assertThat(CacheRule.of("models/gemini-2.5-flash").orElseThrow().lifetimes())
                .isEmpty();
    }

    @Test
    void nothingIsInventedForAModelThatNobodyHasLookedUp() {
        assertThat(CacheRule.of("claude-opus-9")).isEmpty();
        assertThat(CacheRule.of("mine")).isEmpty();
    }
}
