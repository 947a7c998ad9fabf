package ai.costauditor.bench.peers;

import ai.costauditor.bench.Load;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Nobody in between: what the load and the provider can do by themselves. */
final class Direct implements Peer {

    @Override
    public String name() {
        return "upstream";
    }

    @Override
    public String product() {
        return "upstream";
    }

    @Override
    public Keeps keeps() {
        return Keeps.NOTHING;
    }

    @Override
    public String install(Place place) {
        return "";
    }

    @Override
    public Running start(Place place, Path data, BigDecimal limit) {
        return new Running() {
            @Override
            public Load load() {
                return new Load(place.upstream(), Load.CHAT, List.of("sk-bench"));
            }

            @Override
            public Optional<Known> known() {
                return Optional.empty();
            }

            @Override
            public List<ProcessHandle> processes() {
                return List.of();
            }

            @Override
            public void close() {}
        };
    }
}
