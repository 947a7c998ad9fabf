package ai.costauditor.bench.peers;

import ai.costauditor.bench.Load;
import ai.costauditor.bench.Ports;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A peer that two scripts install and start, and that can do no more than that unless a subclass says so. */
class ScriptedPeer implements Peer {

    /** What its one client presents, and what it presents to the provider. */
    static final String SECRET = "sk-bench-0123456789abcdef";

    private final String name;
    private final String product;
    private final Keeps keeps;
    private final String readyPath;
    private final Load.Call call;

    /**
     * @param product the folder of its scripts
     * @param readyPath what answers 200 when it serves
     */
    ScriptedPeer(String name, String product, Keeps keeps, String readyPath, Load.Call call) {
        this.name = name;
        this.product = product;
        this.keeps = keeps;
        this.readyPath = readyPath;
        this.call = call;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String product() {
        return product;
    }

    @Override
    public Keeps keeps() {
        return keeps;
    }

    @Override
    public String install(Place place) throws IOException, InterruptedException {
        return Script.of(place, product).install();
    }

    @Override
    public Running start(Place place, Path data, BigDecimal limit) throws IOException, InterruptedException {
        int port = Ports.free();
        List<Store> stores = stores(place, data);
        try {
            Script script = Script.of(place, product)
                    .with("PORT", port)
                    .with("SPARE", Ports.free())
                    .with("MODE", name)
                    .with("LIMIT", limit.toPlainString())
                    .with("SECRET", SECRET);
            for (Store store : stores) {
                script = script.with(store.variable(), store.port());
            }
            Process process = script.start(data);
            Ready ready = new Ready(port);
            Serving serving =
                    new Serving(process.toHandle(), ready, stores, new Load(port, call(place), List.of(SECRET)));
            try {
                ready.await(readyPath, process.toHandle(), Script.log(data));
                return prepared(serving, data, limit);
            } catch (IOException | InterruptedException | RuntimeException e) {
                serving.close();
                throw e;
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            stores.forEach(Store::close);
            throw e;
        }
    }

    /** What it needs besides itself, started on what an earlier run left in the folder. */
    List<Store> stores(Place place, Path data) throws IOException, InterruptedException {
        return List.of();
    }

    /** What the load sends. */
    Load.Call call(Place place) {
        return call;
    }

    /** Sets the limit where that is done by a request, and finds the key of the client if that is not the secret. */
    Running prepared(Serving serving, Path data, BigDecimal limit) throws IOException, InterruptedException {
        return serving;
    }

    /** What it still knows of calls, asked of itself. */
    Optional<Known> known(Serving serving) throws IOException, InterruptedException {
        return Optional.empty();
    }

    /** A started peer. */
    final class Serving implements Running {

        private final ProcessHandle process;
        private final Ready http;
        private final List<Store> stores;
        private final Load load;

        private Serving(ProcessHandle process, Ready http, List<Store> stores, Load load) {
            this.process = process;
            this.http = http;
            this.stores = stores;
            this.load = load;
        }

        /** The same with other credentials for the load. */
        Serving calledWith(Load load) {
            return new Serving(process, http, stores, load);
        }

        Ready http() {
            return http;
        }

        int port() {
            return http.uri("/").getPort();
        }

        Store store() {
            return stores.getFirst();
        }

        @Override
        public Load load() {
            return load;
        }

        @Override
        public Optional<Known> known() throws IOException, InterruptedException {
            return ScriptedPeer.this.known(this);
        }

        @Override
        public List<ProcessHandle> processes() {
            return Peer.withDescendants(process).toList();
        }

        @Override
        public List<ProcessHandle> stores() {
            return stores.stream().flatMap(Store::processes).toList();
        }

        @Override
        public void close() {
            Script.end(processes());
            stores.forEach(Store::close);
        }
    }
}
