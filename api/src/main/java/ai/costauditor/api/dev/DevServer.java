package ai.costauditor.api.dev;

import ai.costauditor.api.Auditor;
import ai.costauditor.api.cli.Trouble;
import ai.costauditor.ledger.keys.KeySecrets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** {@code ./auditor dev} from start to stop. */
public final class DevServer {

    private final int port;
    private final Path data;
    private final boolean demo;

    /** What has to be closed, the last one first. */
    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();

    public DevServer(int port, Path data, boolean demo) {
        this.port = port;
        this.data = data;
        this.demo = demo;
    }

    /** Runs until the process is told to stop; then drains, and stops the database too. */
    public int run() {
        long started = System.nanoTime();
        DataFolder folder = DataFolder.open(data);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        opened.push(folder);
        requireFree(port);
        requireFree(port + 1);
        StatusFile.remove(data);
        DevDatabase database = DevDatabase.start(folder);
        opened.push(database);
        ConfigurableApplicationContext context = start(folder, database);
        opened.push(context);
        Bootstrap bootstrap = new Bootstrap(context);
        Installation installation = Installation.in(data, context.getBean(KeySecrets.class));
        bootstrap.make(installation);
        if (demo) {
            new DemoTraffic(context, data).plantOnce(installation);
        }
        String token = bootstrap.token(installation);
        opened.push(() -> StatusFile.remove(data));
        StatusFile.write(data, status(installation, database, token));
        System.out.println(
                Banner.of(url(), installation, context.getEnvironment(), (System.nanoTime() - started) / 1e9));
        awaitStop();
        return 0;
    }

    /** In the order in which water would run off: first who asks, then who answers, then where it is kept. */
    private void stop() {
        for (AutoCloseable part = opened.poll(); part != null; part = opened.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                System.err.println("auditor: " + e);
            }
        }
    }

    private ConfigurableApplicationContext start(DataFolder folder, DevDatabase database) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.address", "127.0.0.1");
        properties.put("server.port", port);
        properties.put("management.server.address", "127.0.0.1");
        properties.put("management.server.port", port + 1);
        properties.put("spring.datasource.url", database.url());
        properties.put("spring.datasource.username", database.user());
        properties.put("spring.datasource.password", database.password());
        properties.put("auditor.secrets.pepper", "file:" + folder.secret("pepper"));
        properties.put("auditor.secrets.preview-key", "file:" + folder.secret("preview-key"));
        properties.put("auditor.identity.signing-key-secret", "file:" + folder.secret("signing-key-secret"));
        properties.put("auditor.mode", "dev");
        properties.put("auditor.demo", DemoTraffic.isPlanted(data) || demo);
        properties.put("auditor.stub.enabled", true);
        properties.put("auditor.key-environment", "dev");
        SpringApplication application = new SpringApplication(Auditor.class);
        application.addInitializers(context -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new org.springframework.core.env.MapPropertySource("dev", properties)));
        application.setRegisterShutdownHook(false);
        application.setLogStartupInfo(false);
        return application.run();
    }

    private Map<String, String> status(Installation it, DevDatabase database, String token) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("AUDITOR_URL", url());
        values.put("AUDITOR_MANAGEMENT_URL", "http://127.0.0.1:" + (port + 1));
        values.put("AUDITOR_PID", Long.toString(ProcessHandle.current().pid()));
        values.put("AUDITOR_VIRTUAL_KEY", it.keySecret());
        values.put("AUDITOR_PROJECT_ID", it.projects().getFirst().value());
        values.put("AUDITOR_ADMIN_USER", Installation.USER);
        values.put("AUDITOR_ADMIN_PASSWORD", it.password());
        values.put("AUDITOR_API_TOKEN", token);
        values.put("AUDITOR_DB_URL", database.url());
        values.put("AUDITOR_DB_USER", database.user());
        values.put("AUDITOR_DB_PASSWORD", database.password());
        return values;
    }

    private String url() {
        return "http://127.0.0.1:" + port;
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new Trouble(
                    "port " + port + " is taken; choose another with --port (it and the next one are needed)", e);
        }
    }

    private static void awaitStop() {
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
