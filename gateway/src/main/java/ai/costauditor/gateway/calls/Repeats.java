package ai.costauditor.gateway.calls;

import ai.costauditor.gateway.cache.ResponseCache;
import ai.costauditor.gateway.stored.StoredObjects;
import ai.costauditor.gateway.wire.HostedTools;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.ledger.LedgerUnavailable;
import ai.costauditor.ledger.keys.CallEnd.Outcome;
import ai.costauditor.ledger.usage.Usage;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.web.servlet.function.ServerResponse;

/** Gives an answer again where the key's policy allows it and the request is meant to have one answer only. */
final class Repeats {

    /** {@code use}: also where there is randomness; {@code no}: ask the provider, and keep nothing. */
    static final String HEADER = "x-auditor-cache";

    private static final List<String> PART_OF_THE_QUESTION = List.of("anthropic-", "openai-", "x-amzn-bedrock-");

    private final ResponseCache cache;
    private final StoredObjects objects;
    private final Settlements settlements;
    private final GatewayMeters meters;

    Repeats(ResponseCache cache, StoredObjects objects, Settlements settlements, GatewayMeters meters) {
        this.cache = cache;
        this.objects = objects;
        this.settlements = settlements;
        this.meters = meters;
    }

    /** The earlier answer; if there is none, this one may be kept when it comes. */
    Optional<ResponseCache.Entry> find(Call call, HttpServletRequest request) {
        if (!call.policy().repeatsAnswers() || !mayRepeat(call, request)) {
            return Optional.empty();
        }
        ResponseCache.Key key = ResponseCache.Key.of(
                call.key().attribution().organisation(),
                parts(call, request),
                call.target().body());
        Optional<ResponseCache.Entry> found = cache.find(key).filter(entry -> isStillTheirs(call, entry));
        meters.looked(found.isPresent());
        if (found.isEmpty()) {
            call.keepUnder(key);
        }
        return found;
    }

    /** Whoever gets the id of a stored answer can ask for it and continue it, so it has to be there. */
    private boolean isStillTheirs(Call call, ResponseCache.Entry entry) {
        return entry.stored() == null
                || objects.find(call.provider().name(), entry.stored())
                        .filter(object -> object.belongsTo(call.key()))
                        .isPresent();
    }

    private static boolean mayRepeat(Call call, HttpServletRequest request) {
        String wish = request.getHeader(HEADER);
        if ("no".equalsIgnoreCase(wish)
                || call.format().isFree()
                || call.facts().body().dependsOnStored()
                || call.facts().body().letsTheProviderAct()
                || HostedTools.runIn(call.model())) {
            return false;
        }
        return "use".equalsIgnoreCase(wish)
                || call.format().endpoint().equals("embeddings")
                || call.facts().body().isDeterministic();
    }

    private static List<String> parts(Call call, HttpServletRequest request) {
        List<String> parts = new ArrayList<>();
        parts.add(call.format().endpoint());
        parts.add(call.provider().name());
        parts.add(call.target().uri().toString());
        if (call.format().keeps(call.facts()) != null) {
            // what a provider keeps belongs to a project
            parts.add(call.key().attribution().project().value());
        }
        for (String name :
                Collections.list(request.getHeaderNames()).stream().sorted().toList()) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (PART_OF_THE_QUESTION.stream().anyMatch(lower::startsWith)) {
                parts.add(lower + ": " + String.join(", ", Collections.list(request.getHeaders(name))));
            }
        }
        return parts;
    }

    /** Gives a stream again as a stream, and a body as a body. The call is authorised, and holds nothing. */
    ServerResponse answer(Call call, ResponseCache.Entry entry) {
        call.answered(200);
        Duration age = Duration.between(entry.answeredAt(), call.now());
        return new UpstreamResponse(200, (request, response) -> {
            try {
                var settlement = settlements.repeated(call, entry, age);
                response.setStatus(200);
                response.setContentType(entry.contentType());
                response.setHeader(HEADER, "hit");
                response.setHeader("age", Long.toString(Math.max(0, age.toSeconds())));
                RateLimitHeaders.of(call.format().errors(), call.limits(), call.startedAt())
                        .forEach(response::setHeader);
                AnswerHeaders.write(call, response);
                AnswerHeaders.write(settlement, response);
                if (!call.facts().stream()) {
                    response.setContentLength(entry.bytes().length);
                }
                response.getOutputStream().write(entry.bytes());
            } catch (LedgerUnavailable e) {
                Delivery.notRecorded(call, response);
            } finally {
                meters.delivered(call);
            }
        });
    }

    /** A whole answer without a fault, whose usage the provider has named. */
    void keep(Call call, Reading reading, Outcome outcome, String contentType, byte[] bytes) {
        ResponseCache.Key key = call.keptUnder();
        if (key != null
                && outcome == Outcome.COMPLETED
                && reading.usage().status() == Usage.Status.EXACT
                && call.maxTokens() == null) {
            String stored = call.made() == null ? null : call.made().id();
            cache.keep(key, new ResponseCache.Entry(call.id(), call.now(), contentType, bytes, reading, stored));
        }
    }

    int largestAnswer() {
        return cache.largestAnswer();
    }
}
