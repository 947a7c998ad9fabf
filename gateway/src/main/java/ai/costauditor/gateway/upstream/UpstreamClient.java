package ai.costauditor.gateway.upstream;

import ai.costauditor.gateway.GatewaySettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Blocking HTTP/1.1 to the providers. It never retries, redirects, keeps cookies or unpacks: one call is one request, and
 * bytes are not touched.
 */
public final class UpstreamClient implements AutoCloseable {

    private final CloseableHttpClient client;

    public UpstreamClient(GatewaySettings settings) {
        Timeout silence = Timeout.of(settings.answerTimeout());
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(settings.connectionsPerProvider())
                .setMaxConnTotal(settings.connectionsPerProvider() * 4)
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoTimeout(silence)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                        .setSocketTimeout(silence)
                        .setValidateAfterInactivity(TimeValue.of(500, TimeUnit.MILLISECONDS))
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
                        .build())
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .disableDefaultUserAgent()
                .evictIdleConnections(TimeValue.ofMinutes(1))
                .build();
    }

    /**
     * Sends one request and waits for the head of its answer.
     *
     * @throws UpstreamFailure if none comes
     */
    ClassicHttpResponse send(String method, URI uri, Map<String, List<String>> headers, byte[] body) {
        BasicClassicHttpRequest request = new BasicClassicHttpRequest(method, uri);
        headers.forEach((name, values) -> values.forEach(value -> request.addHeader(name, value)));
        request.setEntity(new ByteArrayEntity(body, null));
        try {
            return client.executeOpen(HttpHost.create(uri), request, null);
        } catch (UnknownHostException
                | HttpHostConnectException
                | ConnectTimeoutException
                | NoRouteToHostException
                | SSLHandshakeException e) {
            throw new UpstreamFailure(UpstreamFailure.Certainty.NEVER_SENT, e);
        } catch (ConnectException e) {
            throw new UpstreamFailure(UpstreamFailure.Certainty.NEVER_SENT, e);
        } catch (SocketTimeoutException e) {
            throw new UpstreamFailure(UpstreamFailure.Certainty.SILENT, e);
        } catch (IOException e) {
            throw new UpstreamFailure(UpstreamFailure.Certainty.SENT, e);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
