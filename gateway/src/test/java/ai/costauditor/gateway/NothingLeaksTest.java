package ai.costauditor.gateway;

import static ai.costauditor.gateway.GatewayForTests.hard;
import static org.assertj.core.api.Assertions.assertThat;

import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.keys.Policy.Enforcement;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Secrets are planted in calls of every kind, at the most talkative level of logging, and then looked for in everything that
 * was written: every row of every table, the database's files, the logs, the meters, and the answers that are errors.
 */
@NullUnmarked
class NothingLeaksTest {

    private final GatewayForTests gateway = new GatewayForTests(Map.of(
            "OPENAI_API_KEY", "sk-planted-key-of-openai-5f1d",
            "ANTHROPIC_API_KEY", "sk-ant-planted-key-of-anthropic-77aa",
            "GEMINI_API_KEY", "planted-key-of-gemini-90bc"));

    private final Map<String, String> planted = new LinkedHashMap<>();
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final List<String> errors = new ArrayList<>();

    @Test
    void nothingThatWasPlantedIsFoundInAnythingThatWasWritten() throws Exception {
        byte[] pixels = new byte[3_000];
        new Random(7).nextBytes(pixels);
        planted.put("the provider's key (OpenAI)", "sk-planted-key-of-openai-5f1d");
        planted.put("the provider's key (Anthropic)", "sk-ant-planted-key-of-anthropic-77aa");
        planted.put("the provider's key (Gemini)", "planted-key-of-gemini-90bc");
        planted.put("the prompt", "the walrus of planted prompts");
        planted.put("the answer", "the oyster of planted answers");
        planted.put("the image", Base64.getEncoder().encodeToString(pixels).substring(400, 460));
        String image = Base64.getEncoder().encodeToString(pixels);

        try (Talkative talkative = new Talkative()) {
            traffic(image);
        }

        assertThat(logged).as("the logs were read").anyMatch(line -> line.contains("DEBUG"));
        planted.forEach((what, secret) -> {
            assertThat(logged.stream().filter(line -> line.contains(secret)).limit(3))
                    .as("the logs have " + what)
                    .isEmpty();
            assertThat(errors.stream().filter(text -> text.contains(secret)))
                    .as("an error has " + what)
                    .isEmpty();
        });
        scanMeters();
        scanTables();
        scanFiles();
        gateway.close();
    }

    private void traffic(String image) throws Exception {
        String prompt = planted.get("the prompt");
        String answer =
                Chats.answer().replaceFirst("\"content\":\"[^\"]*\"", "\"content\":\"the oyster of planted answers\"");
        assertThat(answer).contains("oyster");
        GatewayForTests.Key key = key(gateway.key(hard("10")));
        GatewayForTests.Key kept = key(gateway.key(PreviewsTest.keeping(500)));
        GatewayForTests.Key poor = key(gateway.key(hard("0.000001")));
        GatewayForTests.Key narrow = key(gateway.key(Policy.enforcing(Enforcement.STRICT)
                .allowedModels("claude-*")
                .requestsPerMinute(0)
                .build()));
        String question = """
                {"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":[{"type":"text","text":"%s"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,%s"}}]}]}""".formatted(prompt, image);
        String letter =
                "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":50,\"system\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                        .formatted(prompt, prompt);

        gateway.upstream.answerJson(200, answer);
        for (GatewayForTests.Key any : List.of(key, kept)) {
            assertThat(gateway.post(Chats.PATH, any, question).statusCode()).isEqualTo(200);
        }
        gateway.upstream.answerEvents(
                Chats.text(planted.get("the answer")) + Chats.finish() + Chats.usageChunk() + Chats.done());
        gateway.post(Chats.PATH, kept, question.replaceFirst("\\{", "{\"stream\":true,"));
        gateway.post(Chats.PATH, key, question.replaceFirst("\\{", "{\"stream\":true,"));
        // refusals of ours
        error(gateway.post(Chats.PATH, poor, question));
        error(gateway.post(Chats.PATH, narrow, question));
        error(gateway.post("/v1/messages", narrow, letter));
        error(gateway.post(Chats.PATH, key, question.substring(0, question.length() - 3)));
        error(gateway.post(Chats.PATH, key, "\"" + prompt + "\""));
        error(gateway.post(Chats.PATH, key, question.replaceFirst("\\{", "{\"max_tokens\":\"" + prompt + "\",")));
        error(gateway.post("/v1/unknown/" + "path", key, question));
        error(gateway.post(Chats.PATH, new GatewayForTests.Key(key.id(), key.secret() + "x"), question));
        // faults of the provider, who has seen everything
        gateway.upstream.answerJson(500, "{\"error\":{\"message\":\"no\"}}");
        gateway.post(Chats.PATH, key, question);
        gateway.post("/v1/messages", key, letter);
        gateway.upstream.answer((request, out) -> out.write(ScriptedUpstream.bytes(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n" + answer)));
        error(gateway.post(Chats.PATH, key, question));
        gateway.upstream.answer((request, out) -> out.write(ScriptedUpstream.bytes("nonsense\r\n\r\n")));
        error(gateway.post(Chats.PATH, key, question));
        // a key in the address
        gateway.upstream.answerJson(500, "{}");
        gateway.send(HttpRequest.newBuilder(URI.create(
                        gateway.url() + "/gemini/v1beta/models/gemini-2.5-flash:generateContent?key=" + key.secret()))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"contents\":[{\"parts\":[{\"text\":\"" + prompt + "\"}]}]}")));
    }

    private GatewayForTests.Key key(GatewayForTests.Key key) {
        planted.put("the virtual key " + key.id(), key.secret());
        return key;
    }

    private void error(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isGreaterThanOrEqualTo(400);
        errors.add(answer.body() + answer.headers().map());
    }

    private void scanMeters() {
        gateway.bean(MeterRegistry.class)
                .getMeters()
                .forEach(meter -> planted.forEach(
                        (what, secret) -> assertThat(meter.getId().toString())
                                .as("a meter has " + what)
                                .doesNotContain(secret)));
    }

    private void scanTables() {
        JdbcClient sql = JdbcClient.create(gateway.bean(DataSource.class));
        List<String> tables = sql.sql(
                        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")
                .query(String.class)
                .list();
        assertThat(tables).contains("public.ledger_event", "public.call_preview", "public.directory_key");
        for (String table : tables) {
            planted.forEach((what, secret) -> assertThat(sql.sql("select count(*) from " + table
                                    + " t where position(:secret in t::text) > 0 or position(:hex in t::text) > 0")
                            .param("secret", secret)
                            .param("hex", HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8)))
                            .query(Long.class)
                            .single())
                    .as(table + " has " + what)
                    .isZero());
        }
        assertThat(sql.sql("select count(*) from call_preview")
                        .query(Long.class)
                        .single())
                .as("encrypted previews were kept")
                .isGreaterThanOrEqualTo(4);
    }

    /** The write-ahead log, the tables, the database's own logs: whatever is there. */
    private void scanFiles() throws IOException {
        JdbcClient sql = JdbcClient.create(gateway.bean(DataSource.class));
        sql.sql("checkpoint").update();
        Path data = Path.of(sql.sql("show data_directory").query(String.class).single());
        int[] read = {0};
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String bytes;
                try {
                    bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                } catch (java.nio.file.NoSuchFileException e) {
                    continue; // the server has removed it meanwhile
                }
                read[0]++;
                planted.forEach((what, secret) -> assertThat(bytes.contains(secret))
                        .as(file + " has " + what)
                        .isFalse());
            }
        }
        assertThat(read[0]).as("files of the database").isGreaterThan(100);
    }

    /** Everything at DEBUG, into the test and not onto the screen. */
    private final class Talkative implements AutoCloseable {

        private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        private final Level before = root.getLevel();
        private final List<Appender<ILoggingEvent>> silenced = new ArrayList<>();
        private final AppenderBase<ILoggingEvent> reader = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                IThrowableProxy thrown = event.getThrowableProxy();
                logged.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage()
                        + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown)));
            }
        };

        Talkative() {
            for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
                silenced.add(all.next());
            }
            silenced.forEach(root::detachAppender);
            reader.setContext(root.getLoggerContext());
            reader.start();
            root.addAppender(reader);
            root.setLevel(Level.DEBUG);
        }

        @Override
        public void close() {
            root.setLevel(before);
            root.detachAppender(reader);
            silenced.forEach(root::addAppender);
        }
    }
}
