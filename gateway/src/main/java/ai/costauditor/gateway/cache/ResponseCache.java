package ai.costauditor.gateway.cache;

import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.organisations.OrganisationId;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers by the exact request that they answer. Bounded by bytes and age; nothing of it is ever written to disk.
 */
public final class ResponseCache {

    /** What an entry costs besides its bytes, about. */
    private static final int OVERHEAD = 1024;

    /** Quotes within a text have a backslash in front, so this is the answer's own word for its end. */
    private static final Pattern CUT =
            Pattern.compile("\"(?:finish_reason|finishReason|stop_reason|stopReason)\"\\s*:\\s*"
                    + "\"(?:length|max_tokens|MAX_TOKENS|model_length|model_context_window_exceeded)\""
                    + "|\"status\"\\s*:\\s*\"incomplete\"");

    /** A digest of everything that the answer depends on, the organisation first. */
    public record Key(String digest) {

        /**
         * @param parts what else the answer depends on: endpoint, provider, address, headers
         * @param body as it leaves
         */
        public static Key of(OrganisationId organisation, List<String> parts, byte[] body) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                add(digest, organisation.value().getBytes(StandardCharsets.UTF_8));
                parts.forEach(part -> add(digest, part.getBytes(StandardCharsets.UTF_8)));
                add(digest, body);
                return new Key(HexFormat.of().formatHex(digest.digest()));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this Java has no SHA-256", e);
            }
        }

        /** With its length in front: two parts never read like two others. */
        private static void add(MessageDigest digest, byte[] part) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
            digest.update(part);
        }
    }

    /**
     * An answer as the client has seen it.
     *
     * @param call that asked the provider
     * @param reading what the answer says of its usage
     * @param stored the id of the answer at the provider, if that keeps it
     */
    public record Entry(
            CallId call,
            Instant answeredAt,
            String contentType,
            byte[] bytes,
            Reading reading,
            @Nullable String stored) {}

    private final Cache<Key, Entry> entries;
    private final long largest;

    public ResponseCache(CacheSettings settings) {
        this(settings, Ticker.systemTicker());
    }

    ResponseCache(CacheSettings settings, Ticker ticker) {
        this.largest = settings.largestAnswer().toBytes();
        this.entries = Caffeine.newBuilder()
                .maximumWeight(settings.size().toBytes())
                .weigher((Key key, Entry entry) -> entry.bytes.length + OVERHEAD)
                .expireAfterWrite(settings.keepFor())
                .ticker(ticker)
                .build();
    }

    public Optional<Entry> find(Key key) {
        return Optional.ofNullable(entries.getIfPresent(key));
    }

    public int largestAnswer() {
        return (int) Math.min(largest, Integer.MAX_VALUE - 16);
    }

    /** An answer that ran into a limit is not kept: the next one may be luckier. */
    public void keep(Key key, Entry entry) {
        if (entry.bytes.length <= largest
                && !CUT.matcher(new String(entry.bytes, StandardCharsets.ISO_8859_1))
                        .find()) {
            entries.put(key, entry);
        }
    }
}
