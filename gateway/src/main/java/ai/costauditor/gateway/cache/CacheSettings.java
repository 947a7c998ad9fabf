package ai.costauditor.gateway.cache;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The response cache of one process, under {@code auditor.cache}. It is used where a policy says {@code response_cache}.
 *
 * @param size of all answers that are kept
 * @param largestAnswer a larger one is not kept
 * @param keepFor how long an answer may be given again
 */
@ConfigurationProperties("auditor.cache")
public record CacheSettings(
        @DefaultValue("64MB") DataSize size,
        @DefaultValue("1MB") DataSize largestAnswer,
        @DefaultValue("1h") Duration keepFor) {}
