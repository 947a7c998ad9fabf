package ai.costauditor.projections;

import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.StreamingEventProcessor;

/** Makes the read models again from the first event on. Figures are incomplete until they have caught up, and say so. */
public class Rebuild {

    private final EventProcessingConfiguration processors;

    Rebuild(EventProcessingConfiguration processors) {
        this.processors = processors;
    }

    /**
     * Empties the tables and starts at the first event. Returns when it has started; {@link Progress} tells when it has
     * caught up.
     *
     * @throws IllegalStateException if this process does not write the read models
     */
    public void rebuild() {
        StreamingEventProcessor processor = processors
                .eventProcessor(ReadModels.NAME, StreamingEventProcessor.class)
                .orElseThrow(() -> new IllegalStateException("the read models are not written here"));
        processor.shutDown();
        try {
            processor.resetTokens();
        } finally {
            processor.start();
        }
    }
}
