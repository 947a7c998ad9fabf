package ai.costauditor.ledger.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySecretsTest {

    private final KeySecrets secrets =
            new KeySecrets("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @ValueSource(strings = {"a", "dev", "live", "abcdefghijkl"})
    void whatIsMadeLooksRight(String environment) {
        assertThat(secrets.next(environment)).matches(secrets::looksRight);
    }

    @Test
    void aTypingErrorIsFound() {
        String secret = secrets.next("dev");
        for (int i = 0; i < secret.length(); i++) {
            char other = secret.charAt(i) == 'a' ? 'b' : 'a';
            assertThat(secret.substring(0, i) + other + secret.substring(i + 1))
                    .as("at %d", i)
                    .doesNotMatch(secrets::looksRight);
        }
    }

    @Test
    void anotherFormIsRefusedWithoutAReason() {
        String secret = secrets.next("dev");
        assertThat(new String[] {
                    "",
                    "vk_",
                    "vk__" + secret.substring(7),
                    "vk_abcdefghijklm_" + secret.substring(7),
                    "vk_d3v_" + secret.substring(7),
                    "sk" + secret.substring(2),
                    secret.toUpperCase(java.util.Locale.ROOT),
                    secret + "0",
                    secret.substring(1),
                    "vk_dev_" + "é".repeat(38)
                })
                .noneMatch(secrets::looksRight);
    }

    @Test
    void theHashOfASecretIsTheSameEachTime() {
        SecretHash first = secrets.hash("vk_dev_one");
        assertThat(secrets.hash("vk_dev_two")).isNotEqualTo(first);
        assertThat(secrets.hash("vk_dev_one")).isEqualTo(first);
    }

    /** Test case 2 of RFC 4231. */
    @Test
    void aKeyedHashIsThatOfTheStandard() {
        KeyedHash hash = new KeyedHash("Jefe".getBytes(StandardCharsets.US_ASCII));
        hash.begin().update("left unfinished".getBytes(StandardCharsets.US_ASCII));
        assertThat(HexFormat.of()
                        .formatHex(hash.begin()
                                .doFinal("what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"})
    void onlySixtyFourHexDigitsAreAHash(String text) {
        assertThatThrownBy(() -> new SecretHash(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
