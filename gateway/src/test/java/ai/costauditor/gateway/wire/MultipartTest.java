package ai.costauditor.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartTest {

    private static final String TYPE = "multipart/form-data; boundary=\"b 1\"";

    private static RequestBody read(String body) {
        return Multipart.read(body.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8), TYPE);
    }

    private static String part(String head, String value) {
        return "--b 1\nContent-Disposition: form-data; " + head + "\n\n" + value + "\n";
    }

    @Test
    void textsFlagsNumbersAndFilesAreFoundWhereTheyLie() {
        RequestBody form = read(part("name=\"model\"", "whisper-1")
                + part("name=stream", "true")
                + part("name=\"n\"", "3")
                + part("name=\"empty\"", "")
                + part("name=\"file\"; filename=\"--b 1\"\nContent-Type: audio/wav", "--b 2\n--b")
                + "--b 1--\n");
        assertThat(form.model()).isEqualTo("whisper-1");
        assertThat(form.flag("stream")).isTrue();
        assertThat(form.wholeNumber("n")).isEqualTo(3);
        assertThat(form.string("empty")).isEmpty();
        RequestBody.Field file = form.parts("file").getFirst();
        assertThat(new String(form.bytes(), file.from(), file.to() - file.from(), StandardCharsets.UTF_8))
                .isEqualTo("--b 2\r\n--b");
        assertThat(form.string("file")).isNull();
    }

    @Test
    void severalFilesOfOneNameAreAllThere() {
        RequestBody form = read(part("name=\"image[]\"; filename=\"a\"", "1")
                + part("name=\"image[]\"; filename=\"b\"", "2")
                + part("name=\"image[]\"; filename=\"c\"", "3") + "--b 1--");
        assertThat(form.parts("image[]")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--b 1",
                "preamble\n--b 1\nContent-Disposition: form-data; name=a\n\nx\n--b 1--",
                "--b 1\nContent-Disposition: form-data; name=a\n\nx",
                "--b 1\nContent-Disposition: form-data; name=a\n\nx\n--b 1-- more",
                "--b 1 \nContent-Disposition: form-data; name=a\n\nx\n--b 1--",
                "--b 1\nContent-Type: text/plain\n\nx\n--b 1--",
                "--b 1\nContent-Disposition: form-data; name=a\n--b 1\n\nx\n--b 1--",
                "--b 1\nContent-Disposition: form-data; name=a; name=b\n\nx\n--b 1--",
                "--b 1\nContent-Disposition: form-data; name=a; name*=UTF-8''b\n\nx\n--b 1--",
                "--b 1\nContent-Disposition: form-data; name=a\nContent-Disposition: form-data; name=b\n\nx\n--b 1--",
                "--b 1\nContent-Disposition: form-data; name=a\nContent-Transfer-Encoding: base64\n\nx\n--b 1--",
                "--b 1\nContent-Disposition: form-data; name=a\n\nx\n--b 1\nContent-Disposition: form-data; name=a\n\ny\n--b 1--"
            })
    void whatIsNotClearIsRefused(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(BadRequest.class);
    }

    @Test
    void aFormHasABoundaryAndABoundedNumberOfParts() {
        byte[] empty = {};
        assertThatThrownBy(() -> Multipart.read(empty, "multipart/form-data")).hasMessageContaining("boundary");
        assertThatThrownBy(() -> Multipart.read(empty, null)).hasMessageContaining("must be multipart");
        String many = part("name=\"image[]\"; filename=\"a\"", "1").repeat(200) + "--b 1--";
        assertThatThrownBy(() -> read(many)).hasMessageContaining("more than 128 parts");
    }
}
