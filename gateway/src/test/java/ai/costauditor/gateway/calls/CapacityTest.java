package ai.costauditor.gateway.calls;

import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.gateway.GatewaySettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class CapacityTest {

    private static final long MANY = 1_000_000;
    private static final long MEBIBYTE = 1024 * 1024;

    private static GatewaySettings settings(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("auditor.gateway", GatewaySettings.class);
    }

    private static Capacity of(long heap, long files) {
        return Capacity.of(settings(Map.of()), heap, files);
    }

    @Test
    void aLargerHeapTakesMoreCalls() {
        assertThat(of(512 * MEBIBYTE, MANY).calls()).isBetween(4_000, 5_000);
        assertThat(of(1024 * MEBIBYTE, MANY).calls()).isGreaterThan(9_800);
    }

    @Test
    void aHeapThatIsTooSmallForAnythingTakesOneCall() {
        assertThat(of(64 * MEBIBYTE, MANY).calls()).isEqualTo(1);
    }

    @Test
    void eachCallHasTwoSocketsAndThereIsRoomForThoseWhoAreRefused() {
        Capacity capacity = of(8192 * MEBIBYTE, 20_000);

        assertThat(capacity.calls()).isBetween(9_800, 9_900);
        assertThat(capacity.connections()).isGreaterThan(capacity.calls() + 100);
        assertThat(capacity.connections() + capacity.calls()).isLessThan(20_000 - 200);
    }

    @Test
    void theMemoryForCallsCanBeSet() {
        GatewaySettings ten = settings(Map.of("auditor.gateway.memory-for-calls", 10 * Capacity.OF_A_CALL + "B"));

        assertThat(Capacity.of(ten, 512 * MEBIBYTE, MANY).calls()).isEqualTo(10);
    }
}
