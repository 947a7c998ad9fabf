package ai.costauditor.gateway.routing;

import ai.costauditor.gateway.providers.Provider;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A provider that can be asked, and by which name of the model.
 *
 * @param breaker none if there is none to ask
 */
public record Candidate(
        Provider provider, String model, @Nullable CircuitBreaker breaker) {

    public Candidate(Provider provider, String model) {
        this(provider, model, null);
    }

    /** Whether something may be sent now; who gets a yes says {@link #done} or {@link #untried} afterwards. */
    boolean isOpenForUs() {
        return breaker == null || breaker.tryAcquirePermission();
    }

    /** Nothing was sent after all. */
    public void untried() {
        if (breaker != null) {
            breaker.releasePermission();
        }
    }

    /**
     * An attempt is over, or its answer has begun.
     *
     * @param failure none if it went well; too many requests say nothing of the provider's health
     */
    public void done(long nanos, @Nullable Failure failure) {
        if (breaker == null) {
            return;
        }
        if (failure == null || failure == Failure.LIMITED) {
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        } else {
            breaker.onError(nanos, TimeUnit.NANOSECONDS, new AttemptFailed(failure));
        }
    }

    private static final class AttemptFailed extends RuntimeException {

        private static final long serialVersionUID = 1L;

        AttemptFailed(Failure failure) {
            super(failure.name(), null, false, false);
        }
    }
}
