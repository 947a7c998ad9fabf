package ai.costauditor.ledger.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes, recognises and hashes secrets of the form {@code vk_<env>_<32 base-36 digits><6 base-36 digits of CRC-32>}, which
 * secret scanners can find.
 */
public final class KeySecrets {

    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_LENGTH = 32;
    private static final int CHECK_LENGTH = 6;

    private static final Pattern FORM = Pattern.compile("vk_[a-z]{1,12}_[0-9a-z]{38}");

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec pepper;

    /** @param pepper at least 32 bytes that never enter the database */
    public KeySecrets(byte[] pepper) {
        if (pepper.length < 32) {
            throw new IllegalArgumentException("the pepper needs at least 32 bytes");
        }
        this.pepper = new SecretKeySpec(pepper, "HmacSHA256");
    }

    /** @param environment lower-case letters, such as {@code dev} or {@code live} */
    public String next(String environment) {
        StringBuilder secret = new StringBuilder("vk_").append(environment).append('_');
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            secret.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return secret.append(checksum(secret.toString())).toString();
    }

    /** Whether the text can be a key of ours; a typing error is found without asking the database. */
    public boolean looksRight(String text) {
        int end = text.length() - CHECK_LENGTH;
        return text.length() <= 80
                && FORM.matcher(text).matches()
                && checksum(text.substring(0, end)).equals(text.substring(end));
    }

    public SecretHash hash(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(pepper);
            return new SecretHash(HexFormat.of().formatHex(mac.doFinal(secret.getBytes(StandardCharsets.UTF_8))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        String padded = "0".repeat(CHECK_LENGTH) + Long.toString(crc.getValue(), DIGITS.length());
        return padded.substring(padded.length() - CHECK_LENGTH);
    }
}
