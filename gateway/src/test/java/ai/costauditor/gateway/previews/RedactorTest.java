package ai.costauditor.gateway.previews;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.keys.Previews.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactorTest {

    private static final List<Redaction> ALL = List.of(Redaction.values());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "write to ada.lovelace+x@mail.example.org please | write to [email] please",
                "card 4111 1111 1111 1111, thanks | card [card], thanks",
                "card 5500-0000-0000-0004 | card [card]",
                "order 1234567890123456 stays | order 1234567890123456 stays",
                "call +49 (0)30 901820-00 now | call [phone] now",
                "call 030 901820 now | call [phone] now",
                "call (555) 123-4567 now | call [phone] now",
                "key sk-proj-abcdefghijklmnop1234 end | key [secret] end",
                "key vk_live_abcdefghijklmnopqrstuv0123456789 end | key [secret] end",
                "AWS AKIAIOSFODNN7EXAMPLE end | AWS [secret] end",
                "Google AIzaSyA1234567890abcdefghijklmnopqrstuv end | Google [secret] end",
                "Authorization: Bearer abc.def-123456 end | Authorization: [secret] end",
                "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_1 end | jwt [secret] end",
                "my password: hunter2hunter2, ok | my [secret], ok",
                "pi is 3.14159 and 2026 a year | pi is 3.14159 and 2026 a year"
            })
    void whatIsNobodysBusinessIsBlackedOut(String text, String expected) {
        assertThat(Redactor.redact(text, ALL)).isEqualTo(expected);
    }

    @Test
    void aPrivateKeyIsOneToItsEndOrToWhereItWasCut() {
        String key = "-----BEGIN RSA PRIVATE KEY-----\nMIIabc\ndef\n";
        assertThat(Redactor.redact("a " + key + "-----END RSA PRIVATE KEY----- b", ALL))
                .isEqualTo("a [secret] b");
        assertThat(Redactor.redact("a " + key, ALL)).isEqualTo("a [secret]");
    }

    @Test
    void onlyWhatIsAskedForIsBlackedOut() {
        assertThat(Redactor.redact("a@b.example sk-abcdefghijklmno", List.of(Redaction.EMAIL)))
                .isEqualTo("[email] sk-abcdefghijklmno");
    }

    @Test
    void dataOfImagesIsNoText() {
        StringBuilder text = new StringBuilder();
        String json = """
                {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"what is this"},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}],"input":["one","two"],"system":"%s"}""".formatted("A".repeat(1000));
        TextOf.json(json.getBytes(StandardCharsets.UTF_8), text, 500, "|");
        assertThat(text).hasToString("what is this|one|two");
    }
}
