package ai.costauditor.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The pages' client is generated from api/openapi.json, and scripts rely on it: it changes only on purpose. */
class OpenApiTest {

    private static final Path FILE = Path.of("openapi.json");

    @Test
    void thePublishedDescriptionIsTheOneOfThisProgram() throws Exception {
        ApiForTests api = ApiForTests.running();
        ApiForTests.Answer answer = api.get(api.tenant("Described").admin(), "/v3/api-docs");
        assertThat(answer.status()).isEqualTo(200);
        String actual = JsonMapper.builder().build().readTree(answer.text()).toPrettyString() + "\n";

        if (Boolean.getBoolean("openapi.update")) {
            Files.writeString(FILE, actual);
        }
        assertThat(actual.lines().toList())
                .as("api/openapi.json is not what this program serves. If the change is meant, write it with"
                        + " ./mvnw -pl api -am test -Dtest=OpenApiTest -Dsurefire.failIfNoSpecifiedTests=false"
                        + " -Dopenapi.update=true and commit the file")
                .isEqualTo(Files.readString(FILE).lines().toList());
    }
}
