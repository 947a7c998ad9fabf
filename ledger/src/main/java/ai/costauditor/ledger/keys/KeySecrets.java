package ai.costauditor.ledger.keys;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * Makes, recognises and hashes secrets of the form {@code vk_<env>_<32 base-36 digits><6 base-36 digits of CRC-32>}, which
 * secret scanners can find.
 */
public final class KeySecrets {

    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_LENGTH = 32;
    private static final int CHECK_LENGTH = 6;

    private static final String BEGINNING = "vk_";
    private static final int LONGEST_ENVIRONMENT = 12;

    private final SecureRandom random = new SecureRandom();
    private final KeyedHash hash;

    /** @param pepper at least 32 bytes that never enter the database */
    public KeySecrets(byte[] pepper) {
        if (pepper.length < 32) {
            throw new IllegalArgumentException("the pepper needs at least 32 bytes");
        }
        this.hash = new KeyedHash(pepper);
    }

    /** @param environment lower-case letters, such as {@code dev} or {@code live} */
    public String next(String environment) {
        StringBuilder secret = new StringBuilder(BEGINNING).append(environment).append('_');
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            secret.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return secret.append(checksum(secret.toString())).toString();
    }

    /** Whether the text can be a key of ours; a typing error is found without asking the database. */
    public boolean looksRight(String text) {
        int end = text.length() - CHECK_LENGTH;
        return hasForm(text) && checksum(text.substring(0, end)).equals(text.substring(end));
    }

    /** Every call asks, so it is not a pattern. */
    private static boolean hasForm(String text) {
        int secret = text.length() - RANDOM_LENGTH - CHECK_LENGTH;
        int environment = secret - BEGINNING.length() - 1;
        if (environment < 1
                || environment > LONGEST_ENVIRONMENT
                || !text.startsWith(BEGINNING)
                || text.charAt(secret - 1) != '_') {
            return false;
        }
        for (int i = BEGINNING.length(); i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z';
            boolean digit = c >= '0' && c <= '9';
            if (i != secret - 1 && !letter && (i < secret || !digit)) {
                return false;
            }
        }
        return true;
    }

    public SecretHash hash(String secret) {
        byte[] hashed = hash.begin().doFinal(secret.getBytes(StandardCharsets.UTF_8));
        return new SecretHash(HexFormat.of().formatHex(hashed));
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        String padded = "0".repeat(CHECK_LENGTH) + Long.toString(crc.getValue(), DIGITS.length());
        return padded.substring(padded.length() - CHECK_LENGTH);
    }
}
