package ai.costauditor.ledger.previews;

import ai.costauditor.ledger.SecretSetting;
import ai.costauditor.ledger.TimeOrderedIds;
import ai.costauditor.ledger.organisations.OrganisationEvent.TextErased;
import ai.costauditor.ledger.organisations.OrganisationId;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One random key for each subject, wrapped by a key that is not in the database. The event that erases a subject deletes its
 * key in the same transaction; a process that still has it in memory cannot keep anything under it.
 */
final class SubjectKeys {

    private static final String SETTING = "auditor.secrets.preview-key";

    private final JdbcClient sql;
    private final @Nullable Cipher256 master;
    private final Cache<Subject, SubjectKey> inUse = Caffeine.newBuilder()
            .maximumSize(50_000)
            .expireAfterWrite(Duration.ofSeconds(10))
            .build();

    private record Subject(OrganisationId organisation, String id) {}

    record SubjectKey(String id, Cipher256 cipher) {}

    /** @param setting none where no text may be kept */
    SubjectKeys(DataSource dataSource, @Nullable String setting) {
        this.sql = JdbcClient.create(dataSource);
        this.master = setting == null || setting.isBlank() ? null : new Cipher256(SecretSetting.read(SETTING, setting));
    }

    boolean areConfigured() {
        return master != null;
    }

    SubjectKey of(OrganisationId organisation, String subject) {
        return Objects.requireNonNull(inUse.get(new Subject(organisation, subject), this::readOrMake));
    }

    private SubjectKey readOrMake(Subject subject) {
        String id = "subject_" + TimeOrderedIds.next();
        sql.sql("""
                        insert into subject_key (id, organisation, subject, wrapped) values (?, ?, ?, ?)
                        on conflict (organisation, subject) do nothing""")
                .params(
                        id,
                        subject.organisation().value(),
                        subject.id(),
                        master().encrypt(Cipher256.newKey(), place(id, subject.id())))
                .update();
        return sql.sql("select id, wrapped from subject_key where organisation = ? and subject = ?")
                .params(subject.organisation().value(), subject.id())
                .query((row, n) -> new SubjectKey(
                        row.getString("id"), unwrap(row.getString("id"), subject.id(), row.getBytes("wrapped"))))
                .single();
    }

    Cipher256 unwrap(String id, String subject, byte[] wrapped) {
        return new Cipher256(master().decrypt(wrapped, place(id, subject)));
    }

    private static String place(String id, String subject) {
        return id + "/" + subject;
    }

    private Cipher256 master() {
        if (master == null) {
            throw new IllegalStateException(SETTING + " is missing, so no text is kept and none can be read");
        }
        return master;
    }

    // --- in the writer's transaction ---

    void write(List<? extends EventMessage<?>> events) {
        for (EventMessage<?> message : events) {
            if (message.getPayload() instanceof TextErased event) {
                sql.sql("delete from subject_key where organisation = ? and subject = ?")
                        .params(event.organisation().value(), event.subject())
                        .update();
                Subject erased = new Subject(event.organisation(), event.subject());
                CurrentUnitOfWork.get().root().afterCommit(done -> inUse.invalidate(erased));
            }
        }
    }
}
