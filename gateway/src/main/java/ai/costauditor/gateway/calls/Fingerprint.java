package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 over what makes two requests the same, under a key per organisation: short prompts cannot be guessed from
 * it, and equal prompts of two organisations have nothing in common.
 */
final class Fingerprint {

    private static final String ALGORITHM = "HmacSHA256";

    private final KeySecrets secrets;
    private final Map<OrganisationId, SecretKeySpec> keys = new ConcurrentHashMap<>();

    Fingerprint(KeySecrets secrets) {
        this.secrets = secrets;
    }

    /** 32 hex digits: half of the hash is enough to tell requests apart. */
    String of(OrganisationId organisation, RequestFacts facts) {
        SecretKeySpec key = keys.computeIfAbsent(
                organisation,
                id -> new SecretKeySpec(
                        HexFormat.of()
                                .parseHex(secrets.hash("fingerprint/" + id).hex()),
                        ALGORITHM));
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] hash = mac.doFinal(facts.fingerprinted().toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }
}
