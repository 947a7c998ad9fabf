package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.wire.RequestFacts;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.KeyedHash;
import ai.costauditor.ledger.organisations.OrganisationId;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;

/**
 * HMAC-SHA-256 over what makes two requests the same, under a key per organisation: short prompts cannot be guessed from
 * it, and equal prompts of two organisations have nothing in common.
 */
final class Fingerprint {

    /** Half of the hash is enough to tell requests apart. */
    private static final int BYTES = 16;

    private final KeySecrets secrets;
    private final Map<OrganisationId, KeyedHash> keys = new ConcurrentHashMap<>();

    Fingerprint(KeySecrets secrets) {
        this.secrets = secrets;
    }

    /** 32 hex digits. */
    String of(OrganisationId organisation, String endpoint, RequestFacts facts) {
        Mac mac = keys.computeIfAbsent(organisation, this::key).begin();
        mac.update(endpoint.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        facts.body().fingerprint(mac::update);
        return HexFormat.of().formatHex(mac.doFinal(), 0, BYTES);
    }

    private KeyedHash key(OrganisationId organisation) {
        String hash = secrets.hash("fingerprint/" + organisation).hex();
        return new KeyedHash(HexFormat.of().parseHex(hash));
    }
}
