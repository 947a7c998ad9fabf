package ai.costauditor.bench.peers;

import ai.costauditor.bench.Load;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** LiteLLM's proxy without its database: bare, with a key's budget in memory, and with that budget in Redis. */
final class LiteLlm extends ScriptedPeer {

    private static final String PRODUCT = "litellm";

    private LiteLlm(String mode, Keeps keeps) {
        super(PRODUCT + "-" + mode, PRODUCT, keeps, "/health/liveliness", Load.CHAT);
    }

    static LiteLlm bare() {
        return new LiteLlm("bare", Keeps.NOTHING);
    }

    static LiteLlm inMemory() {
        return new LiteLlm("memory", new Keeps(true, "estimate, in memory", "counters in memory", "never"));
    }

    static LiteLlm withRedis() {
        return new LiteLlm(
                "redis", new Keeps(true, "estimate, in Redis", "counters in Redis", "before the call, and after it"));
    }

    private boolean usesRedis() {
        return keeps().record().endsWith("Redis");
    }

    @Override
    List<Store> stores(Place place, Path data) throws IOException, InterruptedException {
        return usesRedis() ? List.of(Store.redis(place, data)) : List.of();
    }

    /**
     * The counter of the key, as the workers read it. An amount that was reserved for a call cannot be told from an
     * amount that a call has cost, so what it still knows of open calls is in the same number.
     */
    @Override
    Optional<Known> known(Serving serving) throws IOException {
        if (!usesRedis()) {
            return Optional.empty();
        }
        String counter = serving.store().get("spend:key:" + sha256(SECRET)).orElse("0");
        return Optional.of(new Known(Measurement.calls(new BigDecimal(counter)), 0));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
