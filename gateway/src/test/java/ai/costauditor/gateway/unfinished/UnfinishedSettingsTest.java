package ai.costauditor.gateway.unfinished;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Defaults are a contract: who changes one says so here. */
class UnfinishedSettingsTest {

    @Test
    void theDefaults() {
        assertThat(new Binder(new MapConfigurationPropertySource(Map.of()))
                        .bindOrCreate("auditor.gateway.unfinished", UnfinishedSettings.class)
                        .toString())
                .isEqualTo(
                        "UnfinishedSettings[holdFor=PT48H, lookEvery=PT10S, lookFor=PT696H, largestUpload=536870912B]");
    }
}
