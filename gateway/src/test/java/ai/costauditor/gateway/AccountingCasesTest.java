package ai.costauditor.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/accounting-cases.md} has every case, and what it names as a test is one. */
class AccountingCasesTest {

    private static final int CASES = 43;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\| (.+) \\| (.+) \\|$");
    private static final Pattern METHOD = Pattern.compile("`(\\w+Test)#(\\w+)`");
    private static final Pattern EXCHANGE = Pattern.compile("`([a-z]+/[a-z0-9-]+\\.(?:whole|stream))`");

    private final Map<Integer, String> tests = ROW.matcher(read(Path.of("../docs/accounting-cases.md")))
            .results()
            .collect(Collectors.toMap(
                    row -> Integer.parseInt(row.group(1)), row -> row.group(3), (a, b) -> a, TreeMap::new));

    @Test
    void everyCaseHasARow() {
        assertThat(tests.keySet())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, CASES).boxed().toList());
    }

    @Test
    void everyCaseNamesATest() {
        Set<Integer> without = tests.entrySet().stream()
                .filter(row -> named(row.getValue(), METHOD).isEmpty()
                        && named(row.getValue(), EXCHANGE).isEmpty())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        assertThat(without).isEmpty();
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Map<String, String> sources = sources();
        tests.forEach((number, named) -> named(named, METHOD)
                .forEach(test -> assertThat(sources.getOrDefault(test.group(1), ""))
                        .as("case %d names %s", number, test.group())
                        .contains("void " + test.group(2) + "(")));
        tests.forEach(
                (number, named) -> named(named, EXCHANGE).forEach(test -> assertThat(cases(Exchange.of(test.group(1))))
                        .as("case %d names %s", number, test.group())
                        .contains(number)));
    }

    private static List<Integer> cases(Exchange exchange) {
        return Arrays.stream(exchange.expected().getOrDefault("cases", "").split(", "))
                .map(Integer::valueOf)
                .toList();
    }

    private static List<MatchResult> named(String text, Pattern what) {
        return what.matcher(text).results().toList();
    }

    private static Map<String, String> sources() throws IOException {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(AccountingCasesTest::files)
                    .filter(file -> file.toString().endsWith("Test.java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            AccountingCasesTest::read,
                            String::concat));
        }
    }

    private static Stream<Path> files(Path folder) {
        try {
            return Files.walk(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
