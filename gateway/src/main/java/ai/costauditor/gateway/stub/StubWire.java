package ai.costauditor.gateway.stub;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** How one operation of a provider looks when the stub answers it. */
interface StubWire {

    static StubWire of(StubPath path) {
        StubWire amazons = StubBedrock.of(path);
        if (amazons != null) {
            return amazons;
        }
        return path.isGoogles() ? StubGemini.of(path) : of(path.operation());
    }

    private static StubWire of(String operation) {
        return switch (operation) {
            case "/chat/completions" -> new StubChat();
            case "/responses" -> new StubResponses();
            case "/responses/compact" -> new StubCompaction();
            case "/responses/input_tokens" -> new StubInputTokens();
            case "/embeddings" -> new StubEmbeddings();
            case "/completions" -> new StubCompletions();
            case "/moderations" -> new StubModerations();
            case "/images/generations" -> new StubImages("image_generation");
            case "/images/edits", "/images/variations" -> new StubImages("image_edit");
            case "/audio/speech" -> new StubSpeech();
            case "/audio/transcriptions", "/audio/translations" -> new StubTranscription();
            case "/rerank" -> new StubRerank();
            case "/messages" -> new StubMessages();
            case "/messages/count_tokens" -> new StubTokenCount();
            default -> new StubUnknown();
        };
    }

    /** The request in the words that {@link StubAnswer} reads, which are OpenAI's. */
    default ObjectNode asked(ObjectNode request) {
        return request;
    }

    String body(StubAnswer answer);

    /** What is meant where the request names no model. */
    default @Nullable String usualModel() {
        return null;
    }

    /** Of the body. */
    default String contentType() {
        return "application/json";
    }

    /** The pieces of a stream, each as it is sent. */
    List<String> events(StubAnswer answer);

    /** The bytes of those pieces. */
    default List<byte[]> frames(StubAnswer answer) {
        return events(answer).stream()
                .map(event -> event.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    boolean streams();

    default String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    String requestIdHeader();

    /** As far as clients and gateways look at them. */
    Map<String, String> headers();

    /** Those that tell what was used. */
    default Map<String, String> headers(StubAnswer answer) {
        return Map.of();
    }

    String error(int status, String message);

    default Map<String, String> errorHeaders(int status) {
        return Map.of();
    }
}
