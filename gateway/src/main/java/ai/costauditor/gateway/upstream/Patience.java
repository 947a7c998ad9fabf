package ai.costauditor.gateway.upstream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long is waited for a provider; what is missing is as the settings of the gateway say.
 *
 * @param connect until a connection stands
 * @param firstByte until the head of the answer
 * @param idle longest silence within the answer
 * @param deadline of the whole call, on the clock of {@link System#nanoTime()}
 */
public record Patience(
        @Nullable Duration connect,
        @Nullable Duration firstByte,
        @Nullable Duration idle,
        @Nullable Long deadline) {

    public static final Patience DEFAULT = new Patience(null, null, null, null);

    public boolean isOver() {
        return deadline != null && deadline - System.nanoTime() <= 0;
    }

    /** Whether there is time left after a pause. */
    public boolean lasts(Duration pause) {
        return deadline == null || deadline - System.nanoTime() > pause.toNanos();
    }
}
