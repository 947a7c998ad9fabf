package ai.costauditor.api.dev;

import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;

/** What a newcomer reads when the program is ready. */
final class Banner {

    private Banner() {}

    static String of(String url, Installation it, ConfigurableEnvironment environment, double seconds) {
        List<String> stubbed = Binder.get(environment)
                .bind("auditor.stub.providers", Bindable.listOf(String.class))
                .orElse(List.of());
        String password = it.isNew()
                ? it.password() + "   (shown once; ./auditor status -o env knows it)"
                : "as before   (./auditor status -o env knows it)";
        String providers = stubbed.isEmpty()
                ? ""
                : "\n  Stub       no API key for " + String.join(", ", stubbed)
                        + ":\n             these answers are made up and cost nothing\n";
        return """

              AI Cost Auditor is ready after %s s. For development: not for production.

              Pages      %s
              User       %s
              Password   %s
              Key        %s
            %s
              Make a call:

                curl %s/v1/chat/completions \\
                  -H 'Authorization: Bearer %s' \\
                  -H 'Content-Type: application/json' \\
                  -d '{"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"Say hello"}]}'

              Then open %s/get-started and see what it cost.
              Any OpenAI or Anthropic SDK: set its base URL to %s/v1 (Anthropic: without /v1) and its API key to the key.
              Stop with Ctrl-C; everything stays in the data folder.
            """.formatted(
                        String.format(Locale.ROOT, "%.1f", seconds),
                        url,
                        Installation.USER,
                        password,
                        it.keySecret(),
                        providers,
                        url,
                        it.keySecret(),
                        url,
                        url);
    }
}
