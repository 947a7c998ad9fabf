package ai.costauditor.ledger.cluster;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.keys.KeyCommand;
import ai.costauditor.ledger.keys.KeyDirectory;
import ai.costauditor.ledger.policies.PolicyCommand;
import ai.costauditor.ledger.policies.PolicyDirectory;
import ai.costauditor.ledger.store.Writer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each command to the process that decides for its organisation, whose batches and memory then serve all callers. That
 * is for speed alone: whoever decides, the unique {@code (stream, version)} keeps it right. So when the owner does not answer,
 * or says that it cannot record anything, the command is decided here. Every command is idempotent, so it may happen twice.
 */
final class ClusterLedger implements Ledger, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterLedger.class);

    private final Writer here;
    private final KeyDirectory keys;
    private final PolicyDirectory policies;
    private final Owners owners;
    private final Peers peers;
    private final Duration answerWithin;
    private final Duration avoidFor;
    private final Wire wire = new Wire();
    private final Doubts doubts = new Doubts(this, Doubts.UNTIL_DECIDED);
    private final ClusterMeters meters;
    private final Map<Address, Long> avoidedUntilNanos = new ConcurrentHashMap<>();
    private final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();

    ClusterLedger(
            Writer here,
            KeyDirectory keys,
            PolicyDirectory policies,
            Owners owners,
            Peers peers,
            ClusterSettings settings,
            MeterRegistry meters) {
        this.here = here;
        this.keys = keys;
        this.policies = policies;
        this.owners = owners;
        this.peers = peers;
        this.answerWithin = settings.answerWithin();
        this.avoidFor = settings.avoidFor();
        this.meters = new ClusterMeters(meters);
        Gauge.builder("auditor.ledger.cluster.members", peers, known -> known.members()
                        .size())
                .description("Processes that share the organisations, as this one sees them")
                .register(meters);
    }

    void start() throws Exception {
        peers.start(this::answer, this::forgetWhatIsNotOurs);
    }

    @Override
    public void close() {
        peers.close();
        doubts.close();
        answers.close();
    }

    // --- asking ---

    private record Destination(Address owner, String organisation) {}

    @Override
    public <R> CompletableFuture<R> submit(Command<R> command) {
        Destination elsewhere = elsewhere(command);
        if (elsewhere == null) {
            meters.decidedHere();
            return here.submit(command);
        }
        CompletableFuture<R> result = new CompletableFuture<>();
        ask(elsewhere, command).whenComplete((answer, failure) -> {
            if (failure == null) {
                meters.decidedThere();
                isInForceHere(command);
                result.complete(answer);
            } else if (cause(failure) instanceof RuleViolated rule) {
                meters.decidedThere();
                result.completeExceptionally(rule);
            } else {
                decideHere(command, elsewhere.owner(), cause(failure), result);
            }
        });
        return result;
    }

    /** What an administrator has changed through this process is seen by it with the answer. */
    private void isInForceHere(Command<?> command) {
        if (command instanceof KeyCommand.IssueKey
                || command instanceof KeyCommand.ChangePolicy
                || command instanceof KeyCommand.SetBudgets
                || command instanceof KeyCommand.MoveKey
                || command instanceof KeyCommand.SuspendKey
                || command instanceof KeyCommand.ResumeKey
                || command instanceof KeyCommand.RevokeKey
                || command instanceof KeyCommand.RotateSecret) {
            keys.forget(((KeyCommand<?>) command).key());
        } else if (command instanceof PolicyCommand.SetPolicy set) {
            policies.forget(set.scope().organisation());
        }
    }

    /** @return none if this process decides */
    private @Nullable Destination elsewhere(Command<?> command) {
        List<Address> members = peers.members();
        if (members.size() < 2 || !Wire.knows(command)) {
            return null;
        }
        return organisationOf(command)
                .map(organisation -> new Destination(Owners.ownerOf(organisation, members, Peers::idOf), organisation))
                .filter(destination -> !peers.isSelf(destination.owner()) && !isAvoided(destination.owner()))
                .orElse(null);
    }

    private Optional<String> organisationOf(Command<?> command) {
        try {
            return owners.organisationOf(command);
        } catch (RuntimeException e) {
            LOG.debug("The owner of {} cannot be looked up", command.stream(), e);
            return Optional.empty();
        }
    }

    private <R> CompletableFuture<R> ask(Destination destination, Command<R> command) {
        Wire.Question question = new Wire.Question(
                command, destination.organisation(), Instant.now().plus(answerWithin));
        return peers.ask(destination.owner(), wire.write(question)).thenApply(bytes -> wire.readAnswer(command, bytes));
    }

    private <R> void decideHere(Command<R> command, Address owner, Throwable why, CompletableFuture<R> result) {
        if (!(why instanceof LedgerUnavailable)) {
            avoid(owner, why);
        }
        meters.decidedHereInstead();
        here.submit(command).whenComplete((answer, failure) -> {
            doubts.noteUnlessItStands(command, answer);
            if (failure == null) {
                result.complete(answer);
            } else {
                result.completeExceptionally(failure);
            }
        });
    }

    private void avoid(Address owner, Throwable why) {
        Long before = avoidedUntilNanos.put(owner, System.nanoTime() + avoidFor.toNanos());
        if (before == null) {
            LOG.warn("{} did not answer, so its organisations are decided here for now: {}", owner, why.toString());
        }
    }

    private boolean isAvoided(Address owner) {
        Long until = avoidedUntilNanos.get(owner);
        if (until == null) {
            return false;
        }
        if (System.nanoTime() - until < 0) {
            return true;
        }
        avoidedUntilNanos.remove(owner, until);
        return false;
    }

    // --- being asked ---

    private CompletableFuture<byte[]> answer(byte[] bytes) {
        Wire.Question question;
        try {
            question = wire.readQuestion(bytes);
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(
                    wire.writeFailure(new LedgerUnavailable("the question was not understood", e)));
        }
        owners.learn(question.command(), question.organisation());
        meters.askedByAnother();
        // the writer's thread is for deciding
        return here.submitForAnother(question.command(), question.until())
                .handleAsync(
                        (answer, failure) -> failure == null
                                ? wire.writeAnswer(question.command(), answer)
                                : wire.writeFailure(cause(failure)),
                        answers);
    }

    /** For tests that count. */
    ClusterMeters meters() {
        return meters;
    }

    /** For tests that cut the wire. */
    Peers peers() {
        return peers;
    }

    /** Of what another process decides from now on, the copies in this memory grow old. */
    private void forgetWhatIsNotOurs() {
        List<Address> members = peers.members();
        avoidedUntilNanos.keySet().retainAll(members);
        here.forget(stream -> !owners.organisationOfStream(stream)
                .map(organisation -> peers.isSelf(Owners.ownerOf(organisation, members, Peers::idOf)))
                .orElse(false));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
