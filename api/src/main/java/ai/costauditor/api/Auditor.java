package ai.costauditor.api;

import ai.costauditor.api.cli.CheckCommand;
import ai.costauditor.api.cli.DevCommand;
import ai.costauditor.api.cli.DoctorCommand;
import ai.costauditor.api.cli.PricesCommand;
import ai.costauditor.api.cli.ServeCommand;
import ai.costauditor.api.cli.Trouble;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import picocli.CommandLine;

/** The only main. Each verb is a command; the program itself starts inside of {@code dev} and {@code serve}. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ApiRole.class, NoSignIn.class})
@CommandLine.Command(
        name = "auditor",
        description = "AI Cost Auditor: a secure LLM proxy with a financial ledger inside.",
        mixinStandardHelpOptions = true,
        subcommands = {
            DevCommand.class,
            ServeCommand.class,
            DoctorCommand.class,
            CheckCommand.class,
            PricesCommand.class
        })
public class Auditor {

    public static void main(String[] args) {
        int code = new CommandLine(new Auditor())
                .setExecutionExceptionHandler((e, commandLine, result) -> {
                    Trouble trouble = Trouble.behind(e);
                    if (trouble == null) {
                        throw e;
                    }
                    commandLine.getErr().println("auditor: " + trouble.getMessage());
                    return 1;
                })
                .execute(args);
        System.exit(code);
    }
}
