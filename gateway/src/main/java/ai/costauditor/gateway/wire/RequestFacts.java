package ai.costauditor.gateway.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a request says that matters for money.
 *
 * @param model as asked for
 * @param inputBound more tokens than the model can read of this request; {@link Long#MAX_VALUE} where the request does
 *     not tell (files, stored history, tools that fetch), so that the model's window is the bound
 * @param inputEstimate tokens of the text by rule of thumb, for answers that name no usage
 * @param maxOutput what the caller allows for one answer, if it says
 * @param answers how many answers are asked for, at least 1
 * @param fingerprinted the parts that make two requests the same, model included
 */
public record RequestFacts(
        String model,
        boolean stream,
        long inputBound,
        long inputEstimate,
        @Nullable Long maxOutput,
        long answers,
        boolean wantsUsageInStream,
        JsonNode fingerprinted,
        JsonNode root) {}
