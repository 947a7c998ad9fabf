package ai.costauditor.ledger.cluster;

import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.budgets.BudgetCommand;
import ai.costauditor.ledger.keys.KeyCommand;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.organisations.OrganisationCommand;
import ai.costauditor.ledger.periods.PeriodCommand;
import ai.costauditor.ledger.policies.PolicyCommand;
import ai.costauditor.ledger.pricing.PriceBookCommand;
import ai.costauditor.ledger.store.EventJson;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Commands and their answers between processes, as JSON. Only commands that are named here can come out of it. */
final class Wire {

    private static final Map<String, Class<?>> COMMANDS = new HashMap<>();
    private static final Map<Class<?>, String> NAMES = new HashMap<>();

    static {
        List.of(
                        KeyCommand.class,
                        BudgetCommand.class,
                        PolicyCommand.class,
                        OrganisationCommand.class,
                        PeriodCommand.class,
                        PriceBookCommand.class)
                .forEach(Wire::commandsOf);
    }

    private static void commandsOf(Class<?> sealed) {
        for (Class<?> command : sealed.getPermittedSubclasses()) {
            String name = sealed.getSimpleName() + "." + command.getSimpleName();
            COMMANDS.put(name, command);
            NAMES.put(command, name);
        }
    }

    private final ObjectMapper json = ((JsonMapper) EventJson.create().getObjectMapper())
            .rebuild()
            .addMixIn(Authorisation.class, DecisionByName.class)
            .build();

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "decision")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Authorisation.Authorised.class, name = "authorised"),
        @JsonSubTypes.Type(value = Authorisation.Refused.class, name = "refused")
    })
    private interface DecisionByName {}

    /** @param until after this (UTC, the sender's clock) nobody waits for the answer */
    record Question(Command<?> command, String organisation, Instant until) {}

    private record SentQuestion(String name, String organisation, Instant until, JsonNode command) {}

    /** One of three: an answer, a broken rule, or that nothing could be recorded. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record SentAnswer(
            @Nullable JsonNode answer,
            RuleViolated.@Nullable Code broken,
            @Nullable String message,
            @Nullable String cause) {}

    /** Others are decided where they are asked for. */
    static boolean knows(Command<?> command) {
        return NAMES.containsKey(command.getClass());
    }

    byte[] write(Question question) {
        String name = Objects.requireNonNull(NAMES.get(question.command().getClass()), "not a command for the wire");
        return json.writeValueAsBytes(new SentQuestion(
                name, question.organisation(), question.until(), json.valueToTree(question.command())));
    }

    /** @throws IllegalArgumentException if it names no command that is known here, as that of a newer version */
    Question readQuestion(byte[] bytes) {
        SentQuestion sent = json.readValue(bytes, SentQuestion.class);
        Class<?> type = COMMANDS.get(sent.name());
        if (type == null) {
            throw new IllegalArgumentException("there is no command " + sent.name() + " in this version");
        }
        return new Question((Command<?>) json.treeToValue(sent.command(), type), sent.organisation(), sent.until());
    }

    byte[] writeAnswer(Command<?> command, @Nullable Object answer) {
        // under the declared type, which says how its variants are told apart
        String text = json.writerFor(answerOf(command)).writeValueAsString(answer);
        return json.writeValueAsBytes(new SentAnswer(json.readTree(text), null, null, null));
    }

    byte[] writeFailure(Throwable failure) {
        return json.writeValueAsBytes(
                failure instanceof RuleViolated rule
                        ? new SentAnswer(null, rule.code(), rule.getMessage(), null)
                        : new SentAnswer(
                                null, null, String.valueOf(failure.getMessage()), String.valueOf(failure.getCause())));
    }

    /**
     * @throws RuleViolated if that was the answer
     * @throws LedgerUnavailable if that was the answer
     */
    @SuppressWarnings("unchecked") // the type that the command declares
    <R> R readAnswer(Command<R> command, byte[] bytes) {
        SentAnswer sent = json.readValue(bytes, SentAnswer.class);
        if (sent.broken() != null) {
            throw new RuleViolated(sent.broken(), String.valueOf(sent.message()));
        }
        if (sent.answer() == null) {
            throw new LedgerUnavailable(
                    String.valueOf(sent.message()), new IllegalStateException(String.valueOf(sent.cause())));
        }
        return (R) json.readerFor(answerOf(command)).readValue(sent.answer());
    }

    private JavaType answerOf(Command<?> command) {
        var types = json.getTypeFactory();
        return types.findTypeParameters(types.constructType(command.getClass()), Command.class)[0];
    }
}
