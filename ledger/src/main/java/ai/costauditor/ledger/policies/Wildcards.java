package ai.costauditor.ledger.policies;

import java.util.List;

/** Lists of names in a policy, where {@code *} stands for any text. */
public final class Wildcards {

    private Wildcards() {}

    /** An empty list allows everything. */
    public static boolean allow(List<String> patterns, String name) {
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    /** Linear in the length of the name for a pattern with few stars; no regular expressions from outside. */
    public static boolean matches(String pattern, String name) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name);
        }
        String[] parts = pattern.split("\\*", -1);
        String last = parts[parts.length - 1];
        if (!name.startsWith(parts[0]) || !name.endsWith(last) || name.length() < parts[0].length() + last.length()) {
            return false;
        }
        int from = parts[0].length();
        int end = name.length() - last.length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = name.indexOf(parts[i], from);
            if (found < 0 || found + parts[i].length() > end) {
                return false;
            }
            from = found + parts[i].length();
        }
        return true;
    }
}
