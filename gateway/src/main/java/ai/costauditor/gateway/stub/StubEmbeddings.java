package ai.costauditor.gateway.stub;

import static ai.costauditor.gateway.stub.StubJson.json;
import static ai.costauditor.gateway.stub.StubJson.map;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.IntStream;

/** OpenAI's embeddings. */
final class StubEmbeddings implements StubOpenAi {
    @Override
    public String body(StubAnswer a) {
        float[] vector = new float[a.dimensions()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (i % 2 == 0 ? 1f : -1f) / (i + 1);
        }
        Object embedding = a.base64()
                ? base64(vector)
                : IntStream.range(0, vector.length).mapToObj(i -> vector[i]).toList();
        return json(map(
                "object",
                "list",
                "data",
                IntStream.range(0, a.inputs())
                        .mapToObj(i -> map("object", "embedding", "index", i, "embedding", embedding))
                        .toList(),
                "model",
                a.model(),
                "usage",
                a.wish().omitUsage()
                        ? null
                        : map("prompt_tokens", a.promptTokens(), "total_tokens", a.promptTokens())));
    }

    private String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : vector) {
            bytes.putFloat(number);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    @Override
    public boolean streams() {
        return false;
    }
}
