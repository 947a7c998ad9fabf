package ai.costauditor.gateway.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** The provider's answer: its head is here, its body still comes. */
public final class UpstreamAnswer implements AutoCloseable {

    private static final Set<String> GZIP = Set.of("gzip", "x-gzip");
    private static final String DEFLATE = "deflate";

    private final HttpUriRequestBase request;
    private final ClassicHttpResponse response;
    private final @Nullable Watch watch;
    private final @Nullable Duration idle;
    private boolean consumed;

    UpstreamAnswer(
            HttpUriRequestBase request, ClassicHttpResponse response, @Nullable Watch watch, @Nullable Duration idle) {
        this.request = request;
        this.response = response;
        this.watch = watch;
        this.idle = idle;
    }

    public int status() {
        return response.getCode();
    }

    public @Nullable String header(String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }

    public void forEachHeader(BiConsumer<String, String> consumer) {
        for (Iterator<Header> headers = response.headerIterator(); headers.hasNext(); ) {
            Header header = headers.next();
            consumer.accept(header.getName(), header.getValue());
        }
    }

    /** In lower case; empty if the answer names none. */
    public String contentType() {
        String type = header("Content-Type");
        return type == null ? "" : type.toLowerCase(Locale.ROOT);
    }

    /** As the answer names it. */
    public String mediaType() {
        String type = header("Content-Type");
        return type == null ? "application/octet-stream" : type;
    }

    /** The bytes as they come. */
    public InputStream body() throws IOException {
        HttpEntity entity = response.getEntity();
        InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
        return watch == null || idle == null ? body : watch.over(body, idle);
    }

    /** Whether it broke off because a time of its route was over. */
    public boolean isTimedOut() {
        return watch != null && watch.isOver();
    }

    /** The pause that the provider asks for before another attempt: seconds, or until a date; none if it names none. */
    public @Nullable Duration retryAfter(Instant now) {
        return RetryAfter.of(header("Retry-After-Ms"), header("Retry-After"), now);
    }

    /** The official SDKs obey it, and so do we. */
    public boolean forbidsRetry() {
        return "false".equalsIgnoreCase(header("x-should-retry"));
    }

    /** We ask for none; some packs nevertheless. */
    public boolean isPacked() {
        String encoding = header("Content-Encoding");
        return encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity");
    }

    /** Whether it is packed in a way that we can read, if at all. */
    public boolean isReadable() {
        return !isPacked() || GZIP.contains(encoding()) || DEFLATE.equals(encoding());
    }

    private String encoding() {
        return String.valueOf(header("Content-Encoding"))
                .toLowerCase(Locale.ROOT)
                .strip();
    }

    /**
     * Unpacks what the answer has packed.
     *
     * @return null if it is packed in a way that we cannot read
     */
    public @Nullable InputStream unpacked(InputStream packed) throws IOException {
        if (!isPacked()) {
            return packed;
        }
        if (GZIP.contains(encoding())) {
            return new GZIPInputStream(packed);
        }
        return DEFLATE.equals(encoding()) ? new InflaterInputStream(packed) : null;
    }

    /** Breaks the connection off, from any thread; whoever reads gets an {@link IOException}. */
    public void abort() {
        request.cancel();
    }

    /** The body was read to its end, so that the connection can be used again. */
    public void consumed() {
        consumed = true;
    }

    /** Gives the connection back, or breaks it off if the answer was not read to its end: nobody reads what is left. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        if (!consumed) {
            abort();
        }
        try {
            response.close();
        } catch (IOException e) {
            // it was broken off, by the provider or by us
        }
    }
}
