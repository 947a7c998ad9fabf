package ai.costauditor.gateway.upstream;

import ai.costauditor.gateway.calls.Answer;
import ai.costauditor.gateway.calls.Call;
import ai.costauditor.gateway.calls.Metering;
import ai.costauditor.gateway.providers.Provider;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.springframework.cloud.gateway.server.mvc.handler.GatewayServerResponse;
import org.springframework.cloud.gateway.server.mvc.handler.ProxyExchange;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.servlet.function.ServerResponse;

/** The gateway's last step: the request leaves with the provider's credential, the answer comes back through the meter. */
public final class UpstreamExchange implements ProxyExchange {

    private final UpstreamClient client;
    private final Metering metering;

    public UpstreamExchange(UpstreamClient client, Metering metering) {
        this.client = client;
        this.metering = metering;
    }

    @Override
    public ServerResponse exchange(Request request) {
        Call call = Call.of(request.getServerRequest());
        Provider provider = call.provider();
        URI target = call.target();
        Map<String, List<String>> headers = new HashMap<>();
        request.getHeaders().forEach(headers::put);
        headers.putAll(credential(provider));
        headers.put(HttpHeaders.ACCEPT_ENCODING, List.of("identity"));
        call.sending();
        ClassicHttpResponse answer = client.send(request.getMethod().name(), target, headers, call.outgoing());
        call.answered(answer.getCode());
        ServerResponse response = GatewayServerResponse.status(answer.getCode()).build((req, servletResponse) -> {
            metering.deliver(call, new Answer(answer), servletResponse);
            return null;
        });
        Response head = new Head(HttpStatusCode.valueOf(answer.getCode()), headersOf(answer));
        request.getResponseConsumers().forEach(consumer -> consumer.accept(head, response));
        return response;
    }

    private static Map<String, List<String>> credential(Provider provider) {
        String key = String.valueOf(provider.apiKey());
        return switch (provider.shape()) {
            case OPENAI -> Map.of(HttpHeaders.AUTHORIZATION, List.of("Bearer " + key));
            case ANTHROPIC -> Map.of("x-api-key", List.of(key));
        };
    }

    private static HttpHeaders headersOf(ClassicHttpResponse answer) {
        HttpHeaders headers = new HttpHeaders();
        for (Header header : answer.getHeaders()) {
            headers.add(header.getName(), header.getValue());
        }
        return headers;
    }

    private record Head(HttpStatusCode status, HttpHeaders headers) implements Response {
        @Override
        public HttpStatusCode getStatusCode() {
            return status;
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }
}
