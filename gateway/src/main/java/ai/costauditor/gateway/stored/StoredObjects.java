package ai.costauditor.gateway.stored;

import ai.costauditor.gateway.wire.StoredKind;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The objects that providers keep for us, as a table: what is written is seen by every process at once, and after a crash. */
public final class StoredObjects {

    private final JdbcClient sql;

    public StoredObjects(DataSource dataSource) {
        this.sql = JdbcClient.create(dataSource);
    }

    /**
     * Before the client learns the id. The first who names it owns it.
     *
     * @throws LedgerUnavailable if it cannot be written; so do the others
     */
    public void remember(StoredObject object) {
        orUnavailable(() -> sql.sql("""
                        insert into stored_object (provider, id, kind, organisation, project, key, call, model, created_at,
                            context, described, pending, next_look)
                        values (:provider, :id, :kind, :organisation, :project, :key, :call, :model, :created, :context,
                            :described, :pending, clock_timestamp())
                        on conflict (id, provider) do update set
                            context = coalesce(excluded.context, stored_object.context),
                            described = coalesce(excluded.described, stored_object.described)""")
                .param("provider", object.provider())
                .param("id", object.id())
                .param("kind", object.kind().name())
                .param("organisation", object.organisation().value())
                .param("project", object.project().value())
                .param("key", object.key().value())
                .param("call", object.call().value())
                .param("model", object.model())
                .param("created", OffsetDateTime.ofInstant(object.createdAt(), ZoneOffset.UTC))
                .param("context", object.context(), Types.BIGINT)
                .param("described", object.described(), Types.VARCHAR)
                .param("pending", object.pending())
                .update());
    }

    public Optional<StoredObject> find(String provider, String id) {
        return find(id).stream()
                .filter(object -> object.provider().equals(provider))
                .findFirst();
    }

    /** Of all providers: ids of two of them could be equal. */
    public List<StoredObject> find(String id) {
        return orUnavailable(() -> sql.sql("select * from stored_object where id = ?")
                .param(id)
                .query(StoredObjects::row)
                .list());
    }

    /** Those of the key's project, newest first, after the given one. */
    public List<StoredObject> list(
            String provider, StoredKind kind, KeyDirectory.Entry key, @Nullable String after, int limit) {
        return orUnavailable(() -> sql.sql("""
                        select * from stored_object o
                        where provider = :provider and kind = :kind and organisation = :organisation
                            and project = :project and described is not null
                            and (:after is null or (created_at, id) <
                                (select created_at, id from stored_object where provider = :provider and id = :after))
                        order by created_at desc, id desc limit :limit""")
                .param("provider", provider)
                .param("kind", kind.name())
                .param("organisation", key.attribution().organisation().value())
                .param("project", key.attribution().project().value())
                .param("after", after, Types.VARCHAR)
                .param("limit", limit)
                .query(StoredObjects::row)
                .list());
    }

    public void describe(StoredObject object, String described) {
        orUnavailable(() -> sql.sql("update stored_object set described = ? where provider = ? and id = ?")
                .params(described, object.provider(), object.id())
                .update());
    }

    /** Its call has ended. */
    public void finished(StoredObject object, @Nullable Long context) {
        orUnavailable(() -> sql.sql("""
                        update stored_object set pending = false, context = coalesce(:context, context)
                        where provider = :provider and id = :id""")
                .param("context", context, Types.BIGINT)
                .param("provider", object.provider())
                .param("id", object.id())
                .update());
    }

    public void forget(StoredObject object) {
        orUnavailable(() -> sql.sql("delete from stored_object where provider = ? and id = ? and not pending")
                .params(object.provider(), object.id())
                .update());
    }

    /**
     * Objects whose turn it is to be looked at, each for one process of the cluster: the next look at it is put off, for
     * longer the older it is.
     */
    public List<StoredObject> due(Duration atLeast, int most) {
        return orUnavailable(() -> sql.sql("""
                        update stored_object set next_look = clock_timestamp() + greatest(make_interval(secs => ?),
                            least((clock_timestamp() - created_at) / 20, interval '10 minutes'))
                        where (provider, id) in (
                            select provider, id from stored_object where pending and next_look <= clock_timestamp()
                            order by next_look limit ? for update skip locked)
                        returning *""")
                .params(atLeast.toMillis() / 1000.0, most)
                .query(StoredObjects::row)
                .list());
    }

    private static StoredObject row(ResultSet row, int n) throws SQLException {
        return new StoredObject(
                row.getString("provider"),
                row.getString("id"),
                StoredKind.valueOf(row.getString("kind")),
                new OrganisationId(row.getString("organisation")),
                new ProjectId(row.getString("project")),
                new KeyId(row.getString("key")),
                new CallId(row.getString("call")),
                row.getString("model"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("context", Long.class),
                row.getString("described"),
                row.getBoolean("pending"));
    }

    private static <T> T orUnavailable(Supplier<T> statement) {
        try {
            return statement.get();
        } catch (DataAccessException e) {
            throw new LedgerUnavailable("the table of stored objects cannot be used", e);
        }
    }
}
