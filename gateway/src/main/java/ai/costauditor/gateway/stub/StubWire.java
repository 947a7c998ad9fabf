package ai.costauditor.gateway.stub;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** How one operation of a provider looks when the stub answers it. */
interface StubWire {

    static StubWire of(StubPath path) {
        return path.isGoogles() ? StubGemini.of(path) : StubFormat.of(path.operation());
    }

    /** The request in the words that {@link StubAnswer} reads, which are OpenAI's. */
    default ObjectNode asked(ObjectNode request) {
        return request;
    }

    String body(StubAnswer answer);

    /** The pieces of a stream, each as it is sent. */
    List<String> events(StubAnswer answer);

    boolean streams();

    default String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    String requestIdHeader();

    /** As far as clients and gateways look at them. */
    Map<String, String> headers();

    String error(int status, String message);
}
