package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.routing.Failure;
import ai.costauditor.gateway.upstream.UpstreamAnswer;
import ai.costauditor.gateway.upstream.UpstreamFailure;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What one attempt came to: the head of an answer, or none. */
sealed interface Tried {

    /** Null if the client should see the answer, whatever it says. */
    @Nullable Failure failure();

    /** How the attempt ended, if nothing more of it is wanted. */
    Outcome outcome();

    /** Whether it is certain that nothing was billed. */
    boolean costNothing();

    /** The pause that the provider asks for. */
    default @Nullable Duration wantedPause(Instant now) {
        return null;
    }

    /** Whether the provider says that another attempt is of no use. */
    default boolean isLasting() {
        return false;
    }

    /** Nobody reads on. */
    default void drop() {}

    record Answered(UpstreamAnswer answer) implements Tried {

        @Override
        public @Nullable Failure failure() {
            return Failure.of(answer.status(), answer.retryAfter(Instant.now()) != null);
        }

        @Override
        public Outcome outcome() {
            return costNothing() ? Outcome.REFUSED_UPSTREAM : Outcome.FAILED_UPSTREAM;
        }

        @Override
        public boolean costNothing() {
            return answer.status() >= 300 && Delivery.isRefusal(answer.status());
        }

        @Override
        public @Nullable Duration wantedPause(Instant now) {
            return answer.retryAfter(now);
        }

        @Override
        public boolean isLasting() {
            return answer.forbidsRetry();
        }

        @Override
        public void drop() {
            answer.close();
        }
    }

    record Silent(UpstreamFailure.Certainty certainty) implements Tried {

        @Override
        public Failure failure() {
            return switch (certainty) {
                case NEVER_SENT -> Failure.UNREACHABLE;
                case SENT -> Failure.FAILED;
                case SILENT -> Failure.TIMED_OUT;
            };
        }

        @Override
        public Outcome outcome() {
            return switch (certainty) {
                case NEVER_SENT -> Outcome.UNREACHABLE;
                case SENT -> Outcome.FAILED_UPSTREAM;
                case SILENT -> Outcome.TIMED_OUT;
            };
        }

        @Override
        public boolean costNothing() {
            return certainty == UpstreamFailure.Certainty.NEVER_SENT;
        }
    }
}
