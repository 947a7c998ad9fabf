package ai.costauditor.gateway.unfinished;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings for work that providers finish after their answer, under {@code auditor.gateway.unfinished}.
 *
 * @param holdFor how long its money is held; then the amount is unresolved until the usage is known after all
 * @param lookEvery how soon the provider is asked how it stands; less often the older the work is
 * @param lookFor how long the provider is asked at all
 * @param largestUpload files above it are refused with 400
 */
@ConfigurationProperties("auditor.gateway.unfinished")
public record UnfinishedSettings(
        @DefaultValue("48h") Duration holdFor,
        @DefaultValue("10s") Duration lookEvery,
        @DefaultValue("29d") Duration lookFor,
        @DefaultValue("512MB") DataSize largestUpload) {}
