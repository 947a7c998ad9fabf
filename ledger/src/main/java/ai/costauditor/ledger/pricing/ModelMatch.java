package ai.costauditor.ledger.pricing;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** How a price list says which model names a price is for. Names are compared in lower case. */
sealed interface ModelMatch {

    /** @param model in lower case */
    boolean matches(String model);

    /** The regular expressions in it. */
    default Stream<String> expressions() {
        return switch (this) {
            case Regex regex -> Stream.of(regex.pattern.pattern());
            case AnyOf any -> any.matches.stream().flatMap(ModelMatch::expressions);
            case AllOf all -> all.matches.stream().flatMap(ModelMatch::expressions);
            case Equal e -> Stream.empty();
            case StartsWith s -> Stream.empty();
            case EndsWith e -> Stream.empty();
            case Contains c -> Stream.empty();
        };
    }

    record Equal(String text) implements ModelMatch {
        @Override
        public boolean matches(String model) {
            return model.equals(text);
        }
    }

    record StartsWith(String text) implements ModelMatch {
        @Override
        public boolean matches(String model) {
            return model.startsWith(text);
        }
    }

    record EndsWith(String text) implements ModelMatch {
        @Override
        public boolean matches(String model) {
            return model.endsWith(text);
        }
    }

    record Contains(String text) implements ModelMatch {
        @Override
        public boolean matches(String model) {
            return model.contains(text);
        }
    }

    record Regex(Pattern pattern) implements ModelMatch {
        @Override
        public boolean matches(String model) {
            return pattern.matcher(model).find();
        }
    }

    record AnyOf(List<ModelMatch> matches) implements ModelMatch {
        @Override
        public boolean matches(String model) {
            return matches.stream().anyMatch(match -> match.matches(model));
        }
    }

    record AllOf(List<ModelMatch> matches) implements ModelMatch {
        @Override
        public boolean matches(String model) {
            return matches.stream().allMatch(match -> match.matches(model));
        }
    }

    static ModelMatch of(JsonNode node) {
        String kind = node.propertyNames().iterator().next();
        JsonNode value = node.get(kind);
        return switch (kind) {
            case "equals" -> new Equal(lower(value));
            case "starts_with" -> new StartsWith(lower(value));
            case "ends_with" -> new EndsWith(lower(value));
            case "contains" -> new Contains(lower(value));
            case "regex" -> new Regex(Pattern.compile(value.asString()));
            case "or" -> new AnyOf(all(value));
            case "and" -> new AllOf(all(value));
            default -> throw new IllegalArgumentException("unknown rule in the price list: " + kind);
        };
    }

    private static List<ModelMatch> all(JsonNode list) {
        return list.valueStream().map(ModelMatch::of).toList();
    }

    private static String lower(JsonNode text) {
        return text.asString().toLowerCase(Locale.ROOT);
    }
}
