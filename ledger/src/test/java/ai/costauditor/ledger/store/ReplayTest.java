package ai.costauditor.ledger.store;

import static ai.costauditor.ledger.keys.KeyFixture.NOON;
import static ai.costauditor.ledger.keys.KeyFixture.authorise;
import static ai.costauditor.ledger.keys.KeyFixture.issue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.LedgerForTests;
import ai.costauditor.ledger.PostgresForTests;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyEvent;
import ai.costauditor.ledger.keys.KeyId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.config.EventProcessingConfigurer;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.ResetHandler;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;

/** A replay of an empty store passes where one of a store with events cannot even begin. */
class ReplayTest {

    @ProcessingGroup("reader-under-test")
    static class Reader {
        final List<KeyEvent> seen = new CopyOnWriteArrayList<>();
        volatile int resets;

        @EventHandler
        void on(KeyEvent event) {
            seen.add(event);
        }

        @ResetHandler
        void reset() {
            resets++;
            seen.clear();
        }
    }

    /** Without an annotation: the scan of the ledger would give it to the tests of others too. */
    static class WithReader {
        @Bean
        Reader reader() {
            return new Reader();
        }

        @Autowired
        void pooled(EventProcessingConfigurer processors) {
            processors.usingPooledStreamingEventProcessors();
        }
    }

    @Test
    void aReaderOfAStoreThatIsNotEmptyCanBeResetAndReadsAllOfItAgain() {
        PostgresForTests.Database database = PostgresForTests.fresh();
        KeyId key = KeyId.next();
        try (LedgerForTests before = LedgerForTests.over(database)) {
            before.ledger().execute(issue(key));
            before.ledger().execute(authorise(key, CallId.next(), "1", NOON));
        }
        try (LedgerForTests node = LedgerForTests.with(database, WithReader.class)) {
            Reader reader = node.bean(Reader.class);
            awaitEvents(reader, 2);

            StreamingEventProcessor processor = node.bean(EventProcessingConfiguration.class)
                    .eventProcessorByProcessingGroup("reader-under-test", StreamingEventProcessor.class)
                    .orElseThrow();
            processor.shutDown();
            processor.resetTokens();
            processor.start();

            awaitEvents(reader, 2);
            assertThat(reader.resets).isEqualTo(1);
            node.ledger().execute(authorise(key, CallId.next(), "1", NOON));
            awaitEvents(reader, 3);
        }
    }

    private static void awaitEvents(Reader reader, int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> reader.seen.size() == count);
    }
}
