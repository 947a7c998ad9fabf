package ai.costauditor.ledger.cluster;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.budgets.BudgetCommand;
import ai.costauditor.ledger.keys.KeyCommand;
import ai.costauditor.ledger.organisations.OrganisationCommand;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.periods.PeriodCommand;
import ai.costauditor.ledger.policies.PolicyCommand;
import ai.costauditor.ledger.pricing.PriceBookCommand;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whose a command is: which organisation it concerns, and which of the members decides for that. */
final class Owners {

    private final JdbcClient sql;

    /** A key never moves to another organisation. */
    private final Cache<String, String> ofKeys =
            Caffeine.newBuilder().maximumSize(1_000_000).build();

    Owners(DataSource dataSource) {
        this.sql = JdbcClient.create(dataSource);
    }

    /**
     * Empty if nobody knows, as for a key that does not exist.
     *
     * @throws org.springframework.dao.DataAccessException if it has to be looked up and cannot
     */
    Optional<String> organisationOf(Command<?> command) {
        return switch (command) {
            case OrganisationCommand<?> c -> Optional.of(c.organisation().value());
            case BudgetCommand<?> c -> Optional.of(c.scope().organisation().value());
            case PolicyCommand<?> c -> Optional.of(c.scope().organisation().value());
            case PeriodCommand<?> c -> Optional.of(c.organisation().value());
            case PriceBookCommand<?> c -> Optional.of(c.organisation().value());
            case KeyCommand.IssueKey c ->
                Optional.of(c.attribution().organisation().value());
            case KeyCommand<?> c -> Optional.ofNullable(ofKeys.get(c.stream(), this::read));
            default -> Optional.empty();
        };
    }

    private @Nullable String read(String key) {
        return sql.sql("select organisation from directory_key where id = ?")
                .param(key)
                .query(String.class)
                .optional()
                .orElse(null);
    }

    /** What another process has looked up. */
    void learn(Command<?> command, String organisation) {
        if (command instanceof KeyCommand<?>) {
            ofKeys.put(command.stream(), organisation);
        }
    }

    /** As far as it is known without asking the database. */
    Optional<String> organisationOfStream(String stream) {
        return stream.startsWith(OrganisationId.PREFIX)
                ? Optional.of(stream)
                : Optional.ofNullable(ofKeys.getIfPresent(stream));
    }

    /**
     * The member with the highest score for the organisation: all who see the same members agree, and a member that comes or
     * goes moves only what becomes or was its own.
     */
    static <M> M ownerOf(String organisation, Collection<M> members, Function<M, UUID> id) {
        long hash = hash(organisation);
        return members.stream()
                .max(Comparator.<M>comparingLong(member -> score(hash, id.apply(member)))
                        .thenComparing(id))
                .orElseThrow();
    }

    private static long score(long hash, UUID member) {
        return mixed(mixed(hash ^ member.getMostSignificantBits()) ^ member.getLeastSignificantBits());
    }

    private static long hash(String text) {
        long hash = 0;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = mixed(hash ^ b);
        }
        return hash;
    }

    /** Every bit of the result depends on every bit of the input. Reference: Steele, Lea, Flood, SplittableRandom (2014). */
    private static long mixed(long bits) {
        long z = bits + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
