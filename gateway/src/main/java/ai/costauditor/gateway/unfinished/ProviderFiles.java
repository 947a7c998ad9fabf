package ai.costauditor.gateway.unfinished;

import ai.costauditor.gateway.providers.Provider;
import ai.costauditor.gateway.upstream.RequestHeaders;
import ai.costauditor.gateway.upstream.UpstreamAnswer;
import ai.costauditor.gateway.upstream.UpstreamClient;
import ai.costauditor.gateway.upstream.UpstreamFailure;
import ai.costauditor.gateway.wire.BadRequest;
import ai.costauditor.gateway.wire.ErrorShape;
import ai.costauditor.gateway.wire.StoredKind;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.springframework.web.util.UriUtils;

/** Reads what a provider keeps, with the provider's own credential; nothing of it is billed. */
public final class ProviderFiles {

    /** No line of a batch is larger; who sends one is no provider of ours. */
    private static final int LONGEST_LINE = 64 * 1024 * 1024;

    private static final int LARGEST_OBJECT = 64 * 1024 * 1024;

    private final UpstreamClient client;

    public ProviderFiles(UpstreamClient client) {
        this.client = client;
    }

    /** @param status 0 if there was no answer */
    record Answer(int status, byte[] body) {}

    Answer object(Provider provider, StoredKind kind, String id) {
        try (UpstreamAnswer answer = get(provider, kind, id, "")) {
            byte[] body = answer.body().readNBytes(LARGEST_OBJECT);
            answer.consumed();
            return new Answer(answer.status(), body);
        } catch (UpstreamFailure | IOException e) {
            return new Answer(0, new byte[0]);
        }
    }

    /**
     * @param suffix of the path, such as {@code /content}
     * @throws IOException if it cannot be read to its end
     */
    public void lines(Provider provider, StoredKind kind, String id, String suffix, Consumer<byte[]> each)
            throws IOException {
        try (UpstreamAnswer answer = get(provider, kind, id, suffix)) {
            if (answer.status() != 200) {
                throw new IOException("the provider answers with " + answer.status());
            }
            InputStream in = answer.unpacked(new BufferedInputStream(answer.body(), 64 * 1024));
            if (in == null) {
                throw new IOException("the file is packed in a way that we cannot read");
            }
            split(in, each);
            answer.consumed();
        } catch (UpstreamFailure e) {
            throw new IOException("the provider does not answer", e);
        }
    }

    private static void split(InputStream in, Consumer<byte[]> each) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            int from = 0;
            for (int at = 0; at < count; at++) {
                if (buffer[at] == '\n') {
                    line.write(buffer, from, at - from);
                    end(line, each);
                    from = at + 1;
                }
            }
            line.write(buffer, from, count - from);
            if (line.size() > LONGEST_LINE) {
                throw new BadRequest("a line of the file is longer than " + LONGEST_LINE + " bytes");
            }
        }
        end(line, each);
    }

    private static void end(ByteArrayOutputStream line, Consumer<byte[]> each) {
        byte[] bytes = line.toByteArray();
        line.reset();
        if (!new String(bytes, StandardCharsets.UTF_8).isBlank()) {
            each.accept(bytes);
        }
    }

    private UpstreamAnswer get(Provider provider, StoredKind kind, String id, String suffix) {
        ErrorShape family = kind == StoredKind.MESSAGE_BATCH ? ErrorShape.ANTHROPIC : ErrorShape.OPENAI;
        URI uri = URI.create(
                provider.root(family) + kind.path() + "/" + UriUtils.encode(id, StandardCharsets.UTF_8) + suffix);
        return client.send("GET", uri, RequestHeaders.own(provider, family, uri), null);
    }
}
