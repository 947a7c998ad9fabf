package ai.costauditor.ledger.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class PepperTest {

    private final byte[] bytes = new byte[32];

    @Test
    void itIsHexOrBase64OrAFileOfEither(@TempDir Path folder) throws IOException {
        bytes[0] = 7;
        String hex = "07" + "00".repeat(31);
        String base64 = Base64.getEncoder().encodeToString(bytes);
        Path text = Files.writeString(folder.resolve("hex"), hex + "\n");
        Path raw = Files.write(folder.resolve("raw"), bytes);

        assertThat(Pepper.from(hex)).isEqualTo(bytes);
        assertThat(Pepper.from("hex:" + hex)).isEqualTo(bytes);
        assertThat(Pepper.from(base64)).isEqualTo(bytes);
        assertThat(Pepper.from("base64:" + base64)).isEqualTo(bytes);
        assertThat(Pepper.from("file:" + text)).isEqualTo(bytes);
        assertThat(Pepper.from("file:" + raw)).isEqualTo(bytes);
    }

    @Test
    void aMissingOrUnreadableOneSaysWhatToDo() {
        assertThatThrownBy(() -> Pepper.from(null)).hasMessageContaining("auditor.secrets.pepper");
        assertThatThrownBy(() -> Pepper.from("!!")).hasMessageContaining("neither hex nor base64");
        assertThatThrownBy(() -> Pepper.from("file:/nowhere")).hasMessageContaining("/nowhere");
    }
}
