package ai.costauditor.ledger.store;

import java.util.concurrent.ThreadLocalRandom;
import org.axonframework.common.IdentifierFactory;

/**
 * Ids of Axon's messages. They name events and nothing depends on their being hard to guess, so they do not cost the
 * system's secure random source, of which every command and event would take.
 */
public final class EventIds extends IdentifierFactory {

    private static final int DIGITS = 36;

    @Override
    public String generateIdentifier() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return half(random) + half(random);
    }

    /** Without a sign: the digits of a larger number would go through exact arithmetic, at many times the cost. */
    private static String half(ThreadLocalRandom random) {
        return Long.toString(random.nextLong() & Long.MAX_VALUE, DIGITS);
    }
}
