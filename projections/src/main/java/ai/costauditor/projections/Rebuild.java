package ai.costauditor.projections;

import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.StreamingEventProcessor;

/** Makes a read model again from the first event on. Its figures are incomplete until it has caught up, and say so. */
public class Rebuild {

    private final EventProcessingConfiguration processors;

    Rebuild(EventProcessingConfiguration processors) {
        this.processors = processors;
    }

    /**
     * Empties the projection's tables and starts it at the first event. Returns when it has started; {@link Progress}
     * tells when it has caught up.
     *
     * @throws IllegalArgumentException if this process does not run such a projection
     */
    public void rebuild(String projection) {
        StreamingEventProcessor processor = processors
                .eventProcessor(projection, StreamingEventProcessor.class)
                .orElseThrow(() -> new IllegalArgumentException("no projection " + projection + " runs here"));
        processor.shutDown();
        try {
            processor.resetTokens();
        } finally {
            processor.start();
        }
    }
}
