package ai.costauditor.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/**
 * Many streams at once that have begun and say nothing, as those of agents do: what they cost in memory, and whether each of
 * them is settled when it goes on. Client, gateway and provider are on loopback.
 */
@CommandLine.Command(
        name = "bench/run streams",
        mixinStandardHelpOptions = true,
        description = "Memory of the program while many streams are open and idle.")
public final class StreamsBench implements Callable<Integer> {

    private static final String QUESTION = "{\"model\":\"gpt-4o-mini\",\"stream\":true,\"max_tokens\":100,"
            + "\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}";

    /** Streams that begin at the same time: memory is measured here, and not how many commits a busy computer can do. */
    private static final int OPENING = 64;

    @CommandLine.Option(names = "--streams", defaultValue = "10000", description = "default: ${DEFAULT-VALUE}")
    private int streams;

    @CommandLine.Option(names = "--keys", defaultValue = "16", description = "virtual keys; default: ${DEFAULT-VALUE}")
    private int keys;

    @CommandLine.Option(
            names = "--seconds",
            defaultValue = "30",
            description = "that all of them stay idle; default: ${DEFAULT-VALUE}")
    private int seconds;

    @CommandLine.Option(
            names = "--most",
            defaultValue = "1536",
            description = "MiB of resident memory, above which the run fails; default: ${DEFAULT-VALUE}")
    private long most;

    @CommandLine.Option(
            names = "--refusals",
            description =
                    "more streams than the program has memory for: the run succeeds if it refuses what it does not take")
    private boolean refusals;

    @CommandLine.Option(names = "--json", description = "write the figures to this file as well")
    private @org.jspecify.annotations.Nullable Path json;

    @CommandLine.Option(names = "--project", defaultValue = ".", hidden = true)
    private Path project = Path.of(".");

    private final Map<String, Integer> reasons = new ConcurrentHashMap<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    public static void main(String[] args) {
        System.exit(new CommandLine(new StreamsBench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path data = Files.createTempDirectory("auditor-streams");
        try (IdleUpstream upstream = new IdleUpstream();
                AuditorProcess program = new AuditorProcess(project, data, Ports.free(), upstream.port())) {
            String[] secrets = new String[keys];
            for (int i = 0; i < keys; i++) {
                secrets[i] =
                        program.createKey("stream " + i, "[]").get("secret").asString();
            }
            for (String secret : secrets) {
                ask(program.status("AUDITOR_URL"), secret);
            }
            long empty = program.residentMebibytes();
            CountDownLatch ended = new CountDownLatch(streams);
            Semaphore opening = new Semaphore(OPENING);
            long start = System.nanoTime();
            for (int i = 0; i < streams; i++) {
                String secret = secrets[i % keys];
                opening.acquire();
                Thread.ofVirtual().start(() -> stream(program.port(), secret, opening, ended));
            }
            while (begun.get() + refused.get() + failed.get() < streams) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            double opened = (System.nanoTime() - start) / 1e9;
            long highest = program.residentMebibytes();
            for (int second = 0; second < seconds; second++) {
                TimeUnit.SECONDS.sleep(1);
                highest = Math.max(highest, program.residentMebibytes());
            }
            int open = begun.get();
            upstream.release();
            boolean all = ended.await(300, TimeUnit.SECONDS);
            highest = Math.max(highest, program.residentMebibytes());
            long settled = settled(program);
            String figures = String.format(
                    Locale.ROOT,
                    "{\"streams\":%d,\"open\":%d,\"refused\":%d,\"failed\":%d,\"seconds_to_open\":%.1f,\"rss_before_mib\":%d,"
                            + "\"rss_highest_mib\":%d,\"settled\":%d}",
                    streams,
                    open,
                    refused.get(),
                    failed.get(),
                    opened,
                    empty,
                    highest,
                    settled);
            System.out.println(figures);
            reasons.forEach((why, times) -> System.out.println(times + " failed: " + why));
            if (json != null) {
                Files.writeString(json, figures + "\n");
            }
            boolean taken = refusals ? refused.get() > 0 : refused.get() == 0;
            return all && taken && failed.get() == 0 && settled == open && highest <= most ? 0 : 1;
        }
    }

    /** A key that the program sees for the first time is looked up, by a few at a time, and hundreds would wait too long. */
    private static void ask(String url, String secret) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            http.send(
                    HttpRequest.newBuilder(URI.create(url + "/v1/models"))
                            .header("Authorization", "Bearer " + secret)
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    /** By the read model, which follows the ledger within seconds. */
    private long settled(AuditorProcess program) throws IOException, InterruptedException {
        long calls = 0;
        for (int i = 0; i < 60 && calls < begun.get(); i++) {
            TimeUnit.SECONDS.sleep(1);
            calls = 0;
            for (JsonNode group : program.get("spend?group_by=model").get("groups")) {
                calls += group.get("calls").asLong();
            }
        }
        return calls;
    }

    private void stream(int port, String secret, Semaphore opening, CountDownLatch ended) {
        boolean counted = false;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\n"
                                    + "Host: bench\r\n"
                                    + "Connection: close\r\n"
                                    + "Authorization: Bearer "
                                    + secret + "\r\nContent-Type: application/json\r\nContent-Length: "
                                    + QUESTION.length()
                                    + "\r\n\r\n" + QUESTION)
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1024);
            String status = line(in);
            if (!status.startsWith("HTTP/1.1 200 ")) {
                refuse(status, new String(in.readAllBytes(), StandardCharsets.UTF_8));
                return;
            }
            if (!seen(in, "\"content\":\"po\"")) {
                fail("no beginning");
                return;
            }
            begun.incrementAndGet();
            opening.release();
            counted = true;
            if (!seen(in, "[DONE]")) {
                fail("no end");
            }
        } catch (IOException e) {
            fail(e.toString());
        } finally {
            if (!counted) {
                opening.release();
            }
            ended.countDown();
        }
    }

    private void refuse(String status, String answer) {
        if (answer.contains("\"code\":\"overloaded\"")) {
            refused.incrementAndGet();
        } else {
            fail(status + answer.replaceFirst("(?s).*\r\n\r\n", ""));
        }
    }

    private void fail(String why) {
        failed.incrementAndGet();
        reasons.merge(why, 1, Integer::sum);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\r'; b = in.read()) {
            line.append((char) b);
        }
        return line.toString();
    }

    private static boolean seen(InputStream in, String wanted) throws IOException {
        int matched = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            matched = b == wanted.charAt(matched) ? matched + 1 : b == wanted.charAt(0) ? 1 : 0;
            if (matched == wanted.length()) {
                return true;
            }
        }
        return false;
    }
}
