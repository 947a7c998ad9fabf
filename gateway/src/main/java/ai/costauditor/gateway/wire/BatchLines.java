package ai.costauditor.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The requests of a batch, and its results, line by line. */
public final class BatchLines {

    /** A key that stands twice could be read another way by the provider. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final Set<String> ENVELOPE = Set.of("custom_id", "response", "result", "error");

    private BatchLines() {}

    /** One request of a batch, as its own format reads it. */
    public record Request(WireFormat format, RequestFacts facts) {}

    /**
     * One result.
     *
     * @param customId the caller's own name of the line
     * @param reading none if the line failed, which is not billed
     */
    public record Result(String customId, @Nullable Reading reading) {}

    /**
     * @param endpoint of the batch, whose results are read as this one's
     * @throws BadRequest if it is no request that can be metered
     */
    public static Request request(byte[] line, @Nullable String endpoint) {
        RequestBody envelope = RequestBody.read(line);
        String url = envelope.string("url");
        if (url == null || !url.equals(endpoint)) {
            throw new BadRequest("the 'url' of each line must be the batch's endpoint, " + endpoint);
        }
        WireFormat format = format(url);
        return new Request(format, format.read(envelope.within("body")));
    }

    /**
     * @param url with its version, as OpenAI names it, or without, as Azure does
     * @throws BadRequest if batches of it cannot be metered
     */
    public static WireFormat format(@Nullable String url) {
        return switch (url == null ? "" : url.replaceFirst("^/v1(?=/)", "")) {
            case "/chat/completions" -> new OpenAiChat(false);
            case "/responses" -> new OpenAiResponses();
            case "/embeddings" -> new OpenAiEmbeddings();
            default -> throw new BadRequest("batches of " + url + " are not metered by this server");
        };
    }

    /** The format of each line of a batch of messages. */
    public static WireFormat messages() {
        return new AnthropicMessages();
    }

    /** The requests of a batch of messages, which stand in its body. */
    public static void messages(byte[] body, Consumer<Request> each) {
        JsonNode requests;
        try {
            requests = STRICT.readTree(body).path("requests");
        } catch (JacksonException e) {
            throw new BadRequest("the request body is not JSON that can be read, or names a parameter twice");
        }
        AnthropicMessages format = new AnthropicMessages();
        for (JsonNode request : requests) {
            JsonNode params = request.path("params");
            if (!params.isObject()) {
                throw new BadRequest("'params' of each request must be an object");
            }
            each.accept(new Request(format, format.read(RequestBody.read(bytes(params)))));
        }
    }

    /** @param format of the batch's requests */
    public static @Nullable Result result(byte[] line, WireFormat format) {
        JsonNode envelope = Json.parse(line, ENVELOPE);
        String name = Json.text(envelope.path("custom_id"));
        if (name == null) {
            return null;
        }
        JsonNode response = envelope.path("response");
        JsonNode answer = envelope.at("/result/type").asString("").equals("succeeded")
                ? envelope.at("/result/message")
                : response.path("status_code").asInt(0) == 200 ? response.path("body") : envelope.path("none");
        if (!answer.isObject()) {
            return new Result(name, null);
        }
        Meter meter = format.meter(RequestFacts.of(RequestBody.NONE, "", false));
        meter.body(bytes(answer));
        return new Result(name, meter.reading().inBatch());
    }

    private static byte[] bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What a provider says of a batch. */
    public record State(
            boolean ended,
            long succeeded,
            List<String> files,
            @Nullable String url) {}

    public static State state(String described) {
        JsonNode batch = Json.parse(described);
        JsonNode counts = batch.path("request_counts");
        return batch.has("processing_status")
                ? new State(
                        "ended".equals(batch.path("processing_status").asString("")),
                        counts.path("succeeded").asLong(0),
                        List.of(),
                        "/v1/messages")
                : new State(
                        Set.of("completed", "failed", "expired", "cancelled")
                                .contains(batch.path("status").asString("")),
                        counts.path("completed").asLong(0),
                        files(batch),
                        Json.text(batch.path("endpoint")));
    }

    private static List<String> files(JsonNode batch) {
        return java.util.stream.Stream.of("output_file_id", "error_file_id")
                .map(name -> Json.text(batch.path(name)))
                .filter(java.util.Objects::nonNull)
                .toList();
    }
}
