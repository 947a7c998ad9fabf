package ai.costauditor.api.cli;

import ai.costauditor.api.Auditor;
import java.util.Map;
import java.util.concurrent.Callable;
import org.springframework.boot.SpringApplication;
import picocli.CommandLine.Command;

/** {@code ./auditor serve}: production. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Run in production. Needs AUDITOR_DB_URL, AUDITOR_DB_USER, AUDITOR_DB_PASSWORD and AUDITOR_SECRETS_PEPPER;",
            "AUDITOR_ROLES chooses what this process does: gateway,api,projections (all by default).",
            "Refuses to start with unsafe settings and says which."
        })
public class ServeCommand implements Callable<Integer> {

    @Override
    public Integer call() throws InterruptedException {
        for (String name : new String[] {"AUDITOR_DB_URL", "AUDITOR_DB_USER", "AUDITOR_DB_PASSWORD"}) {
            if (System.getenv(name) == null) {
                throw new Trouble(name + " is missing; ./auditor serve --help says what it needs");
            }
        }
        SpringApplication application = new SpringApplication(Auditor.class);
        application.setDefaultProperties(Map.of("auditor.mode", "serve"));
        application.run();
        Thread.currentThread().join();
        return 0;
    }
}
