package ai.costauditor.ledger.cluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings under {@code auditor.cluster}, which itself is {@code off} or {@code jgroups}.
 *
 * @param bindAddress where this process listens for the others: an address, a name, or {@code SITE_LOCAL}
 * @param port where it listens; 0 for any that is free
 * @param secret at least 32 random bytes, the same in every process, in the forms of {@code auditor.secrets.pepper}
 * @param answerWithin how long the owner of an organisation may take before a command is decided here
 * @param avoidFor how long a process that did not answer is not asked again; a dead one is known to be after 9 s
 */
@ConfigurationProperties("auditor.cluster")
public record ClusterSettings(
        @DefaultValue("127.0.0.1") String bindAddress,
        @DefaultValue("7800") int port,
        @Nullable String secret,
        @DefaultValue("3s") Duration answerWithin,
        @DefaultValue("10s") Duration avoidFor) {}
