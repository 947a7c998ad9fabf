package ai.costauditor.ledger;

import static ai.costauditor.ledger.keys.KeyFixture.BY_ADA;
import static org.awaitility.Awaitility.await;

import ai.costauditor.ledger.keys.KeyCommand.SuspendKey;
import ai.costauditor.ledger.keys.KeyId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Commands that the writer finds together, because it has had to wait for what came before. */
public final class OneBatch {

    private OneBatch() {}

    /**
     * @param busy a key that the writer is busy with in the meantime; suspended afterwards
     * @return the answers, in the order of the commands
     */
    public static List<Object> of(
            LedgerForTests process, PostgresForTests.Database database, KeyId busy, List<Command<?>> commands)
            throws SQLException {
        CompletableFuture<KeyId> before;
        List<CompletableFuture<Object>> answers;
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("select from directory_key where id = '" + busy + "' for update");
            before = process.ledger().submit(new SuspendKey(busy, BY_ADA));
            await().until(() -> JdbcClient.create(database.dataSource())
                    .sql("select count(*) > 0 from pg_locks where not granted")
                    .query(Boolean.class)
                    .single());
            answers = commands.stream()
                    .map(command -> process.ledger().submit(command).thenApply(Object.class::cast))
                    .toList();
            connection.rollback();
        }
        before.join();
        return answers.stream().map(CompletableFuture::join).toList();
    }
}
