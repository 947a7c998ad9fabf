package ai.costauditor.gateway.upstream;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.upstream.UpstreamFailure.Certainty;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Blocking HTTP/1.1 to the providers, made for virtual threads. It never retries, redirects, keeps cookies or unpacks: one
 * call is one request, and bytes are not touched.
 */
public final class UpstreamClient implements AutoCloseable {

    private final CloseableHttpClient client;

    public UpstreamClient(GatewaySettings settings) {
        Timeout silence = Timeout.of(settings.answerTimeout());
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setConnPoolPolicy(PoolReusePolicy.LIFO)
                .setMaxConnPerRoute(settings.connectionsPerProvider())
                .setMaxConnTotal(settings.connectionsPerProvider() * 4)
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoTimeout(silence)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                        .setSocketTimeout(silence)
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .setTimeToLive(TimeValue.ofMinutes(5))
                        .build())
                .build();
        client = HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setRedirectsEnabled(false)
                        .setResponseTimeout(silence)
                        .setConnectionRequestTimeout(Timeout.of(settings.connectTimeout()))
                        .setExpectContinueEnabled(false)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableConnectionState()
                .disableDefaultUserAgent()
                .evictIdleConnections(TimeValue.of(30, TimeUnit.SECONDS))
                .build();
    }

    /**
     * Posts one request and waits for the head of its answer.
     *
     * @param headers as they leave; the length is set from the body
     * @throws UpstreamFailure if no answer comes
     */
    public UpstreamAnswer post(URI uri, Iterable<Header> headers, byte[] body) {
        return send("POST", uri, headers, new Outgoing(new ByteArrayInputStream(body), body.length));
    }

    /**
     * As {@link #post}, with a body that is sent as it comes in.
     *
     * @param body none for requests that have none
     */
    public UpstreamAnswer send(String method, URI uri, Iterable<Header> headers, @Nullable Outgoing body) {
        HttpUriRequestBase request = new HttpUriRequestBase(method, uri);
        headers.forEach(request::addHeader);
        Outgoing entity = body == null ? new Outgoing(InputStream.nullInputStream(), 0) : body;
        if (body != null) {
            request.setEntity(entity);
        }
        try {
            return new UpstreamAnswer(request, client.executeOpen(HttpHost.create(uri), request, null));
        } catch (SocketTimeoutException e) {
            throw new UpstreamFailure(entity.left ? Certainty.SILENT : Certainty.NEVER_SENT, e);
        } catch (IOException e) {
            throw new UpstreamFailure(entity.left ? Certainty.SENT : Certainty.NEVER_SENT, e);
        }
    }

    /** Knows whether a byte of it can have left: before that, nothing can have been billed. */
    public static final class Outgoing extends AbstractHttpEntity {

        private final InputStream body;
        private final long length;
        private volatile boolean left;

        /** @param length -1 if it is not known */
        public Outgoing(InputStream body, long length) {
            super((String) null, null);
            this.body = body;
            this.length = length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            left = true;
            body.transferTo(out);
        }

        @Override
        public InputStream getContent() {
            return body;
        }

        @Override
        public long getContentLength() {
            return length;
        }

        @Override
        public boolean isStreaming() {
            return length < 0;
        }

        @Override
        public boolean isRepeatable() {
            return false;
        }

        @Override
        public void close() {}
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
