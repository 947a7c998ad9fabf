package ai.costauditor.ledger;

import java.security.SecureRandom;

/** Ids that sort by the time of their making: 48 bits of milliseconds, then 80 random bits, as 26 base-32 digits (the ULID layout). */
public final class TimeOrderedIds {

    private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    private TimeOrderedIds() {}

    public static String next() {
        return at(System.currentTimeMillis(), RANDOM);
    }

    /** For reproducible data: the caller brings the time and the randomness. */
    public static String at(long epochMillis, java.util.random.RandomGenerator random) {
        char[] text = new char[26];
        encode(epochMillis, text, 0, 10);
        encode(random.nextLong() & 0xFF_FFFF_FFFFL, text, 10, 8);
        encode(random.nextLong() & 0xFF_FFFF_FFFFL, text, 18, 8);
        return new String(text);
    }

    private static void encode(long bits, char[] text, int from, int length) {
        long rest = bits;
        for (int i = from + length - 1; i >= from; i--) {
            text[i] = DIGITS[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
