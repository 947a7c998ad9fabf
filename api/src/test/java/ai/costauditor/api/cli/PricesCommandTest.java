package ai.costauditor.api.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

class PricesCommandTest {

    private static final String LIST = """
            {"version": "newer", "providers": {"openai": {"models": [
              {"id": "gpt-4o", "match": {"starts_with": "gpt-4o"},
               "prices": [{"tokens": {"input": {"price": "3"}, "output": {"price": "10"}}}]}]}}}""";

    @TempDir
    private Path folder;

    @Test
    void aDifferenceIsShownByModelAndKindWithPerCent() throws IOException {
        Path file = Files.writeString(folder.resolve("list.json"), LIST);
        String text = output(0, "diff", "--offline", file.toString());
        assertThat(text.lines().filter(line -> line.contains("openai/gpt-4o "))).anySatisfy(line -> assertThat(line)
                .containsSubsequence("changed", "input", "2.5", "->", "3", "+20 %"));
        assertThat(text)
                .contains("removed")
                .containsPattern(
                        "prices: \\{added=\\d+, changed=\\d+, removed=\\d+}|prices: \\{changed=\\d+, removed=\\d+}");
    }

    @Test
    void programsReadItAsJson() throws IOException {
        Path file = Files.writeString(folder.resolve("list.json"), LIST);
        assertThat(JsonMapper.shared()
                        .readTree(output(0, "diff", "--offline", "-o", "json", file.toString()))
                        .size())
                .isPositive();
    }

    @Test
    void aFileThatIsNoListIsAProblemAndAWrongWordIsWrongUse() throws IOException {
        Path file = Files.writeString(folder.resolve("list.json"), "{}");
        output(1, "diff", "--offline", file.toString());
        output(1, "diff", "--offline", folder.resolve("missing.json").toString());
        output(2, "difference", file.toString());
        output(2, "import", file.toString());
        output(2);
        assertThat(output(0, "--help")).contains("diff", "import");
    }

    private static String output(int expected, String... words) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StringWriter err = new StringWriter();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int code = new CommandLine(new PricesCommand())
                    .setErr(new PrintWriter(err))
                    .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                    .execute(words);
            assertThat(code).as(err + " " + String.join(" ", words)).isEqualTo(expected);
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
