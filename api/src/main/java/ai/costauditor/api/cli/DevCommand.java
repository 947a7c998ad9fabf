package ai.costauditor.api.cli;

import ai.costauditor.api.dev.DevServer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./auditor dev}. */
@Command(
        name = "dev",
        mixinStandardHelpOptions = true,
        description = {
            "Run everything in one process, on loopback, with a PostgreSQL of its own under --data.",
            "Providers without an API key in the environment are served by the stub provider. Not for production."
        })
public class DevCommand implements Callable<Integer> {

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "port of calls, API and pages; management is on the next one (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--data",
            defaultValue = "./data",
            description = "folder that keeps everything (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    @Option(names = "--demo", description = "plant 60 days of made-up traffic, once")
    private boolean demo;

    @Override
    public Integer call() {
        if (port < 1 || port > 65_534) {
            throw new Trouble("--port must be between 1 and 65534");
        }
        return new DevServer(port, data.toAbsolutePath().normalize(), demo).run();
    }
}
