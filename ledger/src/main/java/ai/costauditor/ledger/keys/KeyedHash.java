package ai.costauditor.ledger.keys;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 under one key. To look the algorithm up and to take the key in costs several times what a short text costs,
 * so that is done once, and each text gets a copy.
 */
public final class KeyedHash {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;
    private final Mac ready;

    public KeyedHash(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
        try {
            this.ready = make();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    /** For one text. */
    public Mac begin() {
        try {
            return (Mac) ready.clone();
        } catch (CloneNotSupportedException copiesNothing) {
            return again();
        }
    }

    /** A provider need not be able to copy. */
    private Mac again() {
        try {
            return make();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has lost its " + ALGORITHM, e);
        }
    }

    private Mac make() throws NoSuchAlgorithmException, InvalidKeyException {
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(key);
        return mac;
    }
}
