package ai.costauditor.projections;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.StreamingEventProcessor;

/**
 * What to watch of the projections, each tagged with {@code projection}:
 *
 * <ul>
 *   <li>{@code auditor.projection.lag}: seconds since the oldest event that is not in the read model yet; 0 if all are
 *   <li>{@code auditor.projection.failing}: 1 while an event cannot be written, else 0
 * </ul>
 */
class ProjectionMeters implements MeterBinder {

    private final Progress progress;
    private final EventProcessingConfiguration processors;

    ProjectionMeters(Progress progress, EventProcessingConfiguration processors) {
        this.progress = progress;
        this.processors = processors;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        processors.eventProcessors().forEach((name, processor) -> {
            TimeGauge.builder("auditor.projection.lag", () -> progress.lag(name).toMillis(), TimeUnit.MILLISECONDS)
                    .tag("projection", name)
                    .description("Age of the oldest event that is not in the read model")
                    .register(registry);
            Gauge.builder("auditor.projection.failing", () -> isFailing(processor) ? 1 : 0)
                    .tag("projection", name)
                    .description("1 while an event cannot be written")
                    .register(registry);
        });
    }

    private static boolean isFailing(Object processor) {
        return processor instanceof StreamingEventProcessor streaming
                && (streaming.isError()
                        || streaming.processingStatus().values().stream().anyMatch(EventTrackerStatus::isErrorState));
    }
}
