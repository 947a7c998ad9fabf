package ai.costauditor.gateway;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;

/**
 * An answer up to its last byte, whether its connection ended or broke. The stream of bytes that the JDK's client offers forgets
 * what it has received and nobody has read yet when the connection breaks.
 */
final class Arrival implements HttpResponse.BodyHandler<Arrival>, HttpResponse.BodySubscriber<Arrival> {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<Arrival> end = new CompletableFuture<>();
    private volatile int status;
    private volatile boolean whole;

    static Arrival of(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        Arrival arrival = new Arrival();
        http.sendAsync(request, arrival).whenComplete((response, failure) -> {
            if (failure != null && arrival.status == 0) {
                arrival.end.completeExceptionally(failure);
            }
        });
        try {
            return arrival.end.get();
        } catch (ExecutionException e) {
            throw new IOException("no answer has begun", e.getCause());
        }
    }

    int status() {
        return status;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    boolean isWhole() {
        return whole;
    }

    @Override
    public HttpResponse.BodySubscriber<Arrival> apply(HttpResponse.ResponseInfo head) {
        status = head.statusCode();
        return this;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            byte[] copy = new byte[piece.remaining()];
            piece.get(copy);
            bytes.writeBytes(copy);
        }
    }

    @Override
    public void onError(Throwable broken) {
        end.complete(this);
    }

    @Override
    public void onComplete() {
        whole = true;
        end.complete(this);
    }

    @Override
    public CompletionStage<Arrival> getBody() {
        return end;
    }
}
