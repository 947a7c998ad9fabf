package ai.costauditor.bench.peers;

import ai.costauditor.bench.Load;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.util.Optional;

/** eggrd: a virtual key with a budget in US dollars, both in memory. */
final class Eggrd extends ScriptedPeer {

    Eggrd() {
        super(
                "eggrd",
                "eggrd",
                new Keeps(true, "estimate, in memory", "counters in memory", "never"),
                "/__edgeguard/health",
                Load.CHAT);
    }

    @Override
    public boolean ages() {
        return true;
    }

    /** Its counters are all that it has. */
    @Override
    Optional<Known> known(Serving serving) throws IOException, InterruptedException {
        BigDecimal microdollars = serving.http()
                .body(HttpRequest.newBuilder(serving.http().uri("/__edgeguard/metrics")))
                .lines()
                .filter(line -> line.startsWith("edgeguard_llm_cost_microdollars_total "))
                .map(line -> new BigDecimal(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElse(BigDecimal.ZERO);
        return Optional.of(new Known(Measurement.calls(microdollars.movePointLeft(6)), 0));
    }
}
