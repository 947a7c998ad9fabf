package ai.costauditor.projections;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;

/**
 * What to watch of the read models:
 *
 * <ul>
 *   <li>{@code auditor.projection.lag}: seconds since the oldest event that is not in them yet; 0 if all are
 *   <li>{@code auditor.projection.failing}: 1 while an event cannot be written, else 0
 * </ul>
 */
class ProjectionMeters implements MeterBinder {

    private final Progress progress;
    private final ReadModels readModels;

    ProjectionMeters(Progress progress, ReadModels readModels) {
        this.progress = progress;
        this.readModels = readModels;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TimeGauge.builder("auditor.projection.lag", () -> progress.lag().toMillis(), TimeUnit.MILLISECONDS)
                .description("Age of the oldest event that is not in the read models")
                .register(registry);
        Gauge.builder("auditor.projection.failing", () -> readModels.isFailing() ? 1 : 0)
                .description("1 while an event cannot be written")
                .register(registry);
    }
}
