package ai.costauditor.gateway.wire;

import ai.costauditor.ledger.pricing.PriceBound;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a request says that matters for money.
 *
 * @param body as it was read
 * @param model as asked for
 * @param inputBound more tokens than the model can read of this request; {@link TokenBound#UNBOUNDED} or more where the
 *     request does not tell (files, stored history, tools that fetch), so that the model's window is the bound
 * @param cappedByWindow false where the request is many inputs, each with a window of its own
 * @param inputEstimate tokens of the text by rule of thumb, for answers that name no usage
 * @param maxOutput what the caller allows for one answer, if it says
 * @param extraOutput tokens that may be billed as output besides (rejected predictions)
 * @param answers how many answers are asked for, at least 1
 * @param dearerTier a service tier that costs more than the standard one, if the caller asks for one
 * @param wantsUsageInStream whether the client asked for the usage itself
 * @param fees units that may be billed beside the tokens, as many as there can be at most: tools that the provider runs
 * @param insteadOfTokens ways to bill the call by units and not by tokens, such as seconds of sound or images of a size; the
 *     price list tells which one holds, if any
 */
public record RequestFacts(
        RequestBody body,
        String model,
        boolean stream,
        long inputBound,
        boolean cappedByWindow,
        long inputEstimate,
        @Nullable Long maxOutput,
        long extraOutput,
        long answers,
        @Nullable String dearerTier,
        boolean wantsUsageInStream,
        Map<String, BigDecimal> fees,
        List<Map<String, BigDecimal>> insteadOfTokens) {

    private static final Set<String> NOT_DEARER =
            Set.of("auto", "default", "standard", "standard_only", "flex", "batch", "global");

    public RequestFacts {
        fees = Map.copyOf(fees);
        insteadOfTokens = List.copyOf(insteadOfTokens);
    }

    /** Of a call that is billed by tokens alone. */
    public RequestFacts(
            RequestBody body,
            String model,
            boolean stream,
            long inputBound,
            boolean cappedByWindow,
            long inputEstimate,
            @Nullable Long maxOutput,
            long extraOutput,
            long answers,
            @Nullable String dearerTier,
            boolean wantsUsageInStream) {
        this(
                body,
                model,
                stream,
                inputBound,
                cappedByWindow,
                inputEstimate,
                maxOutput,
                extraOutput,
                answers,
                dearerTier,
                wantsUsageInStream,
                Map.of(),
                List.of());
    }

    /** The one place that lists all there is: what a change does not name stays as it is. */
    private RequestFacts but(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return new RequestFacts(
                copy.body,
                copy.model,
                copy.stream,
                copy.inputBound,
                cappedByWindow,
                copy.inputEstimate,
                copy.maxOutput,
                copy.extraOutput,
                answers,
                copy.dearerTier,
                copy.wantsUsageInStream,
                copy.fees,
                copy.insteadOfTokens);
    }

    private static final class Copy {
        private RequestBody body;
        private String model;
        private boolean stream;
        private long inputBound;
        private long inputEstimate;
        private @Nullable Long maxOutput;
        private long extraOutput;
        private @Nullable String dearerTier;
        private boolean wantsUsageInStream;
        private Map<String, BigDecimal> fees;
        private List<Map<String, BigDecimal>> insteadOfTokens;

        Copy(RequestFacts of) {
            body = of.body;
            model = of.model;
            stream = of.stream;
            inputBound = of.inputBound;
            inputEstimate = of.inputEstimate;
            maxOutput = of.maxOutput;
            extraOutput = of.extraOutput;
            dearerTier = of.dearerTier;
            wantsUsageInStream = of.wantsUsageInStream;
            fees = of.fees;
            insteadOfTokens = of.insteadOfTokens;
        }
    }

    RequestFacts withFees(Map<String, BigDecimal> units) {
        return but(copy -> copy.fees = units);
    }

    RequestFacts orBilledBy(List<Map<String, BigDecimal>> units) {
        return but(copy -> copy.insteadOfTokens = units);
    }

    /** The same call as this price bills it; nothing if the price leaves something out that the call may use. */
    public Optional<RequestFacts> billedBy(PriceBound price) {
        if (!price.units().keySet().containsAll(fees.keySet())) {
            return Optional.empty();
        }
        return insteadOfTokens.stream()
                .filter(units -> price.units().keySet().containsAll(units.keySet()))
                .findFirst()
                .map(this::billedByUnits)
                .or(() -> price.pricesTokens() ? Optional.of(orBilledBy(List.of())) : Optional.empty());
    }

    /** The price with the most that the units of a call can cost, once for the call. */
    public PriceBound withUnits(PriceBound price) {
        return price.withFee(price.of(fees).plus(price.of(billedUnits())));
    }

    private RequestFacts billedByUnits(Map<String, BigDecimal> units) {
        return but(copy -> {
            copy.inputBound = 0;
            copy.inputEstimate = 0;
            copy.maxOutput = 0L;
            copy.extraOutput = 0;
            copy.insteadOfTokens = List.of(units);
        });
    }

    /** Of a call that is billed by units: which, and at most how many. Empty if tokens are billed, or nobody knows. */
    public Map<String, BigDecimal> billedUnits() {
        return insteadOfTokens.size() == 1 ? insteadOfTokens.getFirst() : Map.of();
    }

    /** Names of tiers, joined as the price list joins them; those that cost no more than the standard one are left out. */
    static @Nullable String dearer(@Nullable String... tiers) {
        String joined = Stream.of(tiers)
                .filter(Objects::nonNull)
                .filter(tier -> !NOT_DEARER.contains(tier))
                .collect(Collectors.joining("+"));
        return joined.isEmpty() ? null : joined;
    }

    /** The same request where something else than its body says whether it streams, and how it is served. */
    RequestFacts served(boolean asStream, @Nullable String dearer) {
        return but(copy -> {
            copy.stream = asStream;
            copy.dearerTier = dearer(dearerTier, dearer);
        });
    }

    /** The same request for a model by another name. */
    public RequestFacts named(String otherModel) {
        return but(copy -> copy.model = otherModel);
    }

    /** The same request when it was sent, and only its answer matters: a body may be many megabytes. */
    public RequestFacts withoutBody() {
        return but(copy -> copy.body = RequestBody.NONE);
    }

    /** Of a request that lets no model read anything now. */
    public static RequestFacts of(RequestBody body, String model, boolean stream) {
        return new RequestFacts(body, model, stream, 0, true, 0, 0L, 0, 1, null, true);
    }

    /** The same request with another bound of its input. */
    RequestFacts bounded(long input) {
        return but(copy -> copy.inputBound = input);
    }

    /** The same request where the provider tells the usage unasked: nothing is added to it, and nothing is hidden. */
    public RequestFacts unasked() {
        return but(copy -> copy.wantsUsageInStream = true);
    }

    /** Four bytes of text are about one token of English: a rule of thumb, and marked as an estimate wherever it is used. */
    public static long estimate(long utf8Bytes) {
        return utf8Bytes / 4 + 1;
    }
}
