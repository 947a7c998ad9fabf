package ai.costauditor.projections;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
    private final List<Projection<?>> projections;

    ProjectionMeters(Progress progress, List<Projection<?>> projections) {
        this.progress = progress;
        this.projections = projections;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Projection<?> projection : projections) {
            TimeGauge.builder(
                            "auditor.projection.lag",
                            () -> progress.lag(projection.name()).toMillis(),
                            TimeUnit.MILLISECONDS)
                    .tag("projection", projection.name())
                    .description("Age of the oldest event that is not in the read model")
                    .register(registry);
            Gauge.builder("auditor.projection.failing", () -> projection.isFailing() ? 1 : 0)
                    .tag("projection", projection.name())
                    .description("1 while an event cannot be written")
                    .register(registry);
        }
    }
}
