package ai.costauditor.gateway;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Sends the request of an exchange through a gateway whose provider answers as the exchange says. */
final class Replay {

    private final GatewayForTests gateway;

    Replay(GatewayForTests gateway) {
        this.gateway = gateway;
    }

    /**
     * @param bytes what came of the body
     * @param whole whether the answer ended as an answer should
     * @param begin the event that authorised it, as it is stored
     * @param end the last event of the call, as it is stored
     * @param events names of all events of the call
     */
    record Result(int status, byte[] bytes, boolean whole, JsonNode begin, JsonNode end, List<String> events) {}

    Result of(Exchange exchange, List<byte[]> pieces) throws IOException, InterruptedException {
        return of(exchange, exchange.script(pieces));
    }

    Result of(Exchange exchange, ScriptedUpstream.Script script) throws IOException, InterruptedException {
        GatewayForTests.Key key = gateway.key();
        gateway.upstream.answer(script);
        HttpRequest.Builder request =
                gateway.request(exchange.path(), key).POST(HttpRequest.BodyPublishers.ofByteArray(exchange.request()));
        exchange.requestHeaders().forEach(header -> {
            String[] parts = header.split(": ", 2);
            request.setHeader(parts[0], parts[1]);
        });
        Arrival arrival = Arrival.of(gateway.http, request.build());
        JsonNode end = gateway.end(key);
        JsonNode begin = gateway.events(key, "key.CallAuthorised").getFirst();
        return new Result(arrival.status(), arrival.bytes(), arrival.isWhole(), begin, end, gateway.events(key));
    }
}
