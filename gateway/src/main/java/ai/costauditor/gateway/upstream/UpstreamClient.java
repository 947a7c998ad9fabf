package ai.costauditor.gateway.upstream;

import ai.costauditor.gateway.GatewaySettings;
import ai.costauditor.gateway.upstream.UpstreamFailure.Certainty;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
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

    /**
     * Bytes of each of the three buffers that a connection has for as long as it is open. Lines and small pieces go through
     * them; what is larger goes past them.
     */
    private static final int CONNECTION_BUFFER = 1024;

    private final CloseableHttpClient client;
    private final RequestConfig config;
    private final Duration silence;
    private final ScheduledThreadPoolExecutor timer;

    public UpstreamClient(GatewaySettings settings) {
        silence = settings.answerTimeout();
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("upstream-timeouts").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setBufferSize(CONNECTION_BUFFER)
                                .build())
                        .build())
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setConnPoolPolicy(PoolReusePolicy.LIFO)
                .setMaxConnPerRoute(settings.connectionsPerProvider())
                .setMaxConnTotal(settings.connectionsPerProvider() * 4)
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoTimeout(Timeout.of(silence))
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                        .setSocketTimeout(Timeout.of(silence))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .setTimeToLive(TimeValue.ofMinutes(5))
                        .build())
                .build();
        config = RequestConfig.custom()
                .setRedirectsEnabled(false)
                .setResponseTimeout(Timeout.of(silence))
                .setConnectionRequestTimeout(Timeout.of(settings.connectTimeout()))
                .setExpectContinueEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build();
        client = HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(config)
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
        return post(uri, headers, body, Patience.DEFAULT);
    }

    /** @param patience of the route */
    public UpstreamAnswer post(URI uri, Iterable<Header> headers, byte[] body, Patience patience) {
        return send("POST", uri, headers, new Outgoing(new ByteArrayInputStream(body), body.length), patience);
    }

    /**
     * As {@link #post}, with a body that is sent as it comes in.
     *
     * @param body none for requests that have none
     */
    public UpstreamAnswer send(String method, URI uri, Iterable<Header> headers, @Nullable Outgoing body) {
        return send(method, uri, headers, body, Patience.DEFAULT);
    }

    private UpstreamAnswer send(
            String method, URI uri, Iterable<Header> headers, @Nullable Outgoing body, Patience patience) {
        HttpUriRequestBase request = new HttpUriRequestBase(method, uri);
        Watch watch = patience.equals(Patience.DEFAULT) ? null : watch(request, patience);
        headers.forEach(request::addHeader);
        Outgoing entity = body == null ? new Outgoing(InputStream.nullInputStream(), 0) : body;
        if (body != null) {
            request.setEntity(entity);
        }
        try {
            ClassicHttpResponse response = client.executeOpen(HttpHost.create(uri), request, null);
            if (watch != null) {
                watch.headIsHere();
            }
            return new UpstreamAnswer(request, response, watch, patience.idle());
        } catch (IOException e) {
            boolean silent = e instanceof SocketTimeoutException || watch != null && watch.isOver();
            if (watch != null) {
                watch.close();
            }
            Certainty sent = silent ? Certainty.SILENT : Certainty.SENT;
            throw new UpstreamFailure(entity.left ? sent : Certainty.NEVER_SENT, e);
        }
    }

    /** The socket has one timeout: the longer one; the watch knows the others. */
    private Watch watch(HttpUriRequestBase request, Patience patience) {
        Duration firstByte = patience.firstByte() == null ? silence : patience.firstByte();
        Duration idle = patience.idle() == null ? silence : patience.idle();
        RequestConfig.Builder own = RequestConfig.copy(config)
                .setResponseTimeout(Timeout.of(firstByte.compareTo(idle) > 0 ? firstByte : idle));
        request.setConfig(connectWithin(own, patience.connect()).build());
        return new Watch(request, timer, patience);
    }

    /** The connection's own setting is one for all routes of a host; the request's counts before it. */
    @SuppressWarnings("deprecation")
    private static RequestConfig.Builder connectWithin(RequestConfig.Builder config, @Nullable Duration connect) {
        return connect == null ? config : config.setConnectTimeout(Timeout.of(connect));
    }

    /** Knows whether a byte of it can have left: before that, nothing can have been billed. */
    public static final class Outgoing extends AbstractHttpEntity {

        private InputStream body;
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
            // it is never sent twice, and the request lives as long as its answer
            body = InputStream.nullInputStream();
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
        timer.shutdownNow();
        client.close();
    }
}
