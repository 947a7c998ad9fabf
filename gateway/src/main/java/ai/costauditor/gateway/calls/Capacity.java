package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.GatewaySettings;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How much this process can take on at once.
 *
 * @param memory bytes of heap for all open calls
 * @param calls that may be open at once, each with a connection on both sides
 * @param connections of clients: more than calls, so that whoever comes too late is told so and does not wait for ever
 */
public record Capacity(long memory, int calls, int connections) {

    /**
     * Bytes of heap that an open call takes beside its request: what a silent stream has, measured as docs/benchmarks.md says.
     */
    static final long OF_A_CALL = 78 * 1024;

    /** Bytes of heap for everything that is no call: the program's own objects, and balances, policies and prices in memory. */
    private static final long OF_THE_PROGRAM = 64 * 1024 * 1024;

    /** Above it the collector would run all the time. */
    private static final double USABLE = 0.8;

    /** Files and sockets that are open whatever the load: program, logs, database. */
    private static final long OTHER_FILES = 256;

    /** Connections of clients that are refused, at least. */
    private static final int FOR_REFUSALS = 128;

    public static Capacity of(GatewaySettings settings) {
        return of(settings, Runtime.getRuntime().maxMemory(), files());
    }

    /**
     * @param heap bytes that the process may use
     * @param files that it may have open
     */
    static Capacity of(GatewaySettings settings, long heap, long files) {
        long memory = settings.memoryForCalls() == null
                ? Math.max((long) (heap * USABLE) - OF_THE_PROGRAM, OF_A_CALL)
                : settings.memoryForCalls().toBytes();
        long sockets = Math.max(files - OTHER_FILES, 2 + FOR_REFUSALS);
        long calls = Math.min((sockets - FOR_REFUSALS) / 2, memory / OF_A_CALL);
        return new Capacity(memory, (int) calls, (int) Math.min(sockets - calls, Integer.MAX_VALUE));
    }

    private static long files() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }
}
