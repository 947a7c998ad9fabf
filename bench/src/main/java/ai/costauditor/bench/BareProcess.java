package ai.costauditor.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The baseline in a JVM of its own, so that it shares nothing with the load. */
final class BareProcess implements AutoCloseable {

    private final Process process;

    private BareProcess(Process process) {
        this.process = process;
    }

    static BareProcess start(int port, int upstream) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        // as ours where there are any; other systems do not know the option
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "-XX:+UseTransparentHugePages",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareGateway.class.getName(),
                        Integer.toString(port),
                        Integer.toString(upstream))
                .inheritIO()
                .start();
        for (int i = 0; i < 120; i++) {
            try (Socket ready = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return new BareProcess(process);
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(500);
            }
        }
        process.destroy();
        throw new IOException("the bare gateway did not start");
    }

    ProcessHandle program() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
