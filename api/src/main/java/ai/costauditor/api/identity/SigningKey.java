package ai.costauditor.api.identity;

import ai.costauditor.ledger.keys.KeySecrets;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The key that signs access tokens (P-256). It stands in the database so that all nodes share it, encrypted under a key that
 * is derived from the server's pepper, which never enters the database.
 */
final class SigningKey {

    private static final int NONCE = 12;

    private final JdbcClient database;
    private final SecretKeySpec wrapping;

    SigningKey(JdbcClient database, KeySecrets secrets) {
        this.database = database;
        this.wrapping = new SecretKeySpec(
                HexFormat.of().parseHex(secrets.hash("identity/signing-key").hex()), "AES");
    }

    /** Made by the first node that asks. */
    ECKey get() {
        return read().orElseGet(() -> {
            database.sql("insert into signing_key (id, encrypted) values (1, ?) on conflict do nothing")
                    .param(encrypt(generate().toJSONString()))
                    .update();
            return read().orElseThrow();
        });
    }

    private java.util.Optional<ECKey> read() {
        return database.sql("select encrypted from signing_key where id = 1")
                .query(String.class)
                .optional()
                .map(this::decrypt)
                .map(SigningKey::parse);
    }

    private static ECKey generate() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(UUID.randomUUID().toString())
                    .algorithm(com.nimbusds.jose.JWSAlgorithm.ES256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("no signing key can be made", e);
        }
    }

    private static ECKey parse(String json) {
        try {
            return ECKey.parse(json);
        } catch (ParseException e) {
            throw new IllegalStateException("the signing key in the database is damaged", e);
        }
    }

    private String encrypt(String text) {
        byte[] nonce = new byte[NONCE];
        new SecureRandom().nextBytes(nonce);
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, nonce, text.getBytes(StandardCharsets.UTF_8));
        byte[] all = Arrays.copyOf(nonce, NONCE + sealed.length);
        System.arraycopy(sealed, 0, all, NONCE, sealed.length);
        return Base64.getEncoder().encodeToString(all);
    }

    private String decrypt(String text) {
        byte[] all = Base64.getDecoder().decode(text);
        byte[] open = crypt(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE), Arrays.copyOfRange(all, NONCE, all.length));
        return new String(open, StandardCharsets.UTF_8);
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] bytes) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, wrapping, new GCMParameterSpec(128, nonce));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the signing key was encrypted under another pepper", e);
        }
    }
}
