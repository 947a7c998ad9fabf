package ai.costauditor.gateway;

import org.junit.jupiter.api.Test;

/** A short run of the {@link Fuzz}; {@code bench/run fuzz} is the long one. */
class FuzzTest {

    private final Fuzz fuzz = new Fuzz();

    @Test
    void noDamageMakesASplitterOrAMeterThrowOrLoseAByte() {
        long start = System.nanoTime();
        for (long seed = start; seed < start + 3_000; seed++) {
            fuzz.meter(seed);
        }
    }

    @Test
    void whateverComesTheClientGetsItsBytesAndTheCallEndsOnce() throws Exception {
        long start = System.nanoTime();
        for (long seed = start; seed < start + 60; seed++) {
            fuzz.call(GatewayForTests.ofAllProviders(), seed);
        }
    }
}
