package ai.costauditor.ledger.policies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WildcardsTest {

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, gpt-4o, true",
        "gpt-4o, gpt-4o-mini, false",
        "gpt-4o*, gpt-4o-mini, true",
        "*-mini, gpt-4o-mini, true",
        "gpt-*-mini, gpt-4o-mini, true",
        "gpt-*-mini, gpt-mini, false",
        "*, anything, true",
        "a*b*c, aXbYc, true",
        "a*b*c, aXcYb, false",
        "a*a, a, false",
        "ab*b*bc, abbc, false",
        "g.t, gpt, false",
    })
    void aStarStandsForAnyText(String pattern, String name, boolean matches) {
        assertThat(Wildcards.matches(pattern, name)).isEqualTo(matches);
    }

    @Test
    void anEmptyListAllowsEverything() {
        assertThat(Wildcards.allow(List.of(), "anything")).isTrue();
        assertThat(Wildcards.allow(List.of("a", "b*"), "c")).isFalse();
    }
}
