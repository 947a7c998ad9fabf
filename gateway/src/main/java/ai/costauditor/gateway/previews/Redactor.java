package ai.costauditor.gateway.previews;

import ai.costauditor.ledger.keys.Previews.Redaction;
import java.util.Collection;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Blacks out what is nobody's business. Rather too much than too little: it is a preview. */
final class Redactor {

    private static final Pattern SECRET = Pattern.compile(
            // a private key whose end was cut off is one too
            "-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|\\z)"
                    + "|\\beyJ[\\w-]{8,}+\\.[\\w-]++(?:\\.[\\w-]*+)?"
                    + "|\\b(?:sk|pk|rk|vk|gsk|xai|hf|nvapi|ghp|gho|ghu|ghs|ghr|github_pat|glpat|npm|xox[a-z]|whsec|tok)[-_][\\w-]{10,}+"
                    + "|\\b(?:AKIA|ASIA)[0-9A-Z]{12,}+"
                    + "|\\bAIza[\\w-]{20,}+"
                    + "|(?i)\\bbearer\\s++[\\w.~+/=-]{8,}+"
                    + "|(?i)\\b(?:password|passwd|pwd|secret|token|api[_-]?key)\\b[\"']?\\s*+[:=]\\s*+[\"']?[^\\s\"',;]{4,}+",
            Pattern.DOTALL);
    private static final Pattern EMAIL =
            Pattern.compile("[\\w.%+-]{1,64}+@[A-Za-z0-9-]{1,63}+(?:\\.[A-Za-z0-9-]{1,63}+){1,8}+");
    private static final Pattern CARD = Pattern.compile("(?<!\\d)\\d(?:[ -]?\\d){12,18}(?!\\d)");
    private static final Pattern PHONE = Pattern.compile("(?<![\\w.])(?:\\+|\\(?0)(?:[ ()./-]{0,2}\\d){7,15}(?!\\d)"
            + "|(?<![\\w.])\\(?\\d{3}\\)?[ .-]\\d{3}[ .-]\\d{4}(?!\\d)");

    private Redactor() {}

    static String redact(String text, Collection<Redaction> kinds) {
        String left = text;
        if (kinds.contains(Redaction.SECRET)) {
            left = SECRET.matcher(left).replaceAll("[secret]");
        }
        if (kinds.contains(Redaction.EMAIL)) {
            left = EMAIL.matcher(left).replaceAll("[email]");
        }
        if (kinds.contains(Redaction.CARD)) {
            left = CARD.matcher(left).replaceAll(found -> isCard(found) ? "[card]" : found.group());
        }
        if (kinds.contains(Redaction.PHONE)) {
            left = PHONE.matcher(left).replaceAll("[phone]");
        }
        return left;
    }

    /** By its check digit (Luhn, ISO/IEC 7812-1 annex B). */
    private static boolean isCard(MatchResult found) {
        int sum = 0;
        boolean twice = false;
        for (int i = found.group().length() - 1; i >= 0; i--) {
            int digit = Character.digit(found.group().charAt(i), 10);
            if (digit >= 0) {
                int value = twice ? digit * 2 : digit;
                sum += value > 9 ? value - 9 : value;
                twice = !twice;
            }
        }
        return sum % 10 == 0;
    }
}
