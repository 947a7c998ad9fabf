package ai.costauditor.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can become of an answer on its way, or in a provider that is not well. The bytes are kept as ISO 8859-1, one each. */
final class Mutation {

    private static final Pattern NUMBER = Pattern.compile("(?<=:)-?\\d+(?=[,}\\]\\s])");
    private static final Pattern VALUE = Pattern.compile("(?<=:)(?:\"[^\"\\\\]{0,40}\"|null|true|false|\\{\\})");
    private static final String[] NUMBERS = {
        "-1",
        "0",
        "9223372036854775807",
        "99999999999999999999999",
        "1e400",
        "0.5",
        "7.0",
        "\"12\"",
        "null",
        "{}",
        "[]",
        "true",
        "-0"
    };
    private static final String[] VALUES = {
        "null",
        "[]",
        "{}",
        "0",
        "\"\"",
        "\"\\ud800\"",
        "[[[[[[[[{}]]]]]]]]",
        "{\"usage\":{}}",
        "NaN",
        "\"x",
        "",
        "{\"a\":1,\"a\":2}"
    };

    private final Random random;

    Mutation(Random random) {
        this.random = random;
    }

    byte[] of(byte[] body) {
        String text = new String(body, ISO_8859_1);
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            text = once(text);
        }
        return text.getBytes(ISO_8859_1);
    }

    private String once(String text) {
        return switch (random.nextInt(9)) {
            case 0 -> text.substring(0, random.nextInt(text.length() + 1));
            case 1 -> events(text, events -> Collections.shuffle(events, random));
            case 2 -> events(text, events -> events.add(events.get(random.nextInt(events.size()))));
            case 3 -> events(text, events -> events.remove(random.nextInt(events.size())));
            case 4, 5 -> replaced(text, NUMBER, NUMBERS);
            case 6 -> replaced(text, VALUE, VALUES);
            case 7 -> noise(text);
            default -> text + text;
        };
    }

    private static String events(String text, Consumer<List<String>> change) {
        List<String> events = new ArrayList<>(Arrays.asList(text.split("(?<=\n\n)")));
        change.accept(events);
        return String.join("", events);
    }

    private String replaced(String text, Pattern what, String[] by) {
        List<int[]> places = new ArrayList<>();
        for (Matcher found = what.matcher(text); found.find(); ) {
            places.add(new int[] {found.start(), found.end()});
        }
        if (places.isEmpty()) {
            return text;
        }
        int[] place = places.get(random.nextInt(places.size()));
        return text.substring(0, place[0]) + by[random.nextInt(by.length)] + text.substring(place[1]);
    }

    private String noise(String text) {
        StringBuilder noisy = new StringBuilder(text);
        for (int i = random.nextInt(8); i >= 0 && !noisy.isEmpty(); i--) {
            noisy.setCharAt(random.nextInt(noisy.length()), (char) random.nextInt(256));
        }
        return noisy.toString();
    }
}
