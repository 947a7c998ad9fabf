package ai.costauditor.ledger.cluster;

import java.util.Locale;
import java.util.Set;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** A process that was meant to be in the cluster does not start outside of it because of a typing error. */
@Configuration(proxyBeanMethods = false)
class ClusterMode {

    /** YAML reads {@code off} as false. */
    private static final Set<String> KNOWN = Set.of("off", "false", "", "jgroups");

    ClusterMode(Environment environment) {
        String mode = environment.getProperty("auditor.cluster", "off");
        if (!KNOWN.contains(mode.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("auditor.cluster is off or jgroups, not " + mode);
        }
    }
}
