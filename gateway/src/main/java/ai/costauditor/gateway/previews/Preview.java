package ai.costauditor.gateway.previews;

import ai.costauditor.gateway.wire.Meter;
import ai.costauditor.gateway.wire.Reading;
import ai.costauditor.gateway.wire.SseEvent;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.Previews;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.previews.PreviewVault;
import ai.costauditor.ledger.previews.PreviewVault.Part;
import ai.costauditor.ledger.previews.PreviewVault.Sealed;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept of one call's text. A preview that cannot be kept is not: the call goes on without it. One thread at a time
 * touches it.
 */
public final class Preview {

    private static final Logger LOG = LoggerFactory.getLogger(Preview.class);

    /** Read beyond the cut, so that what is blacked out is seen whole. */
    private static final int MARGIN = 600;

    /** Ends of streams say everything a second time. */
    private static final String REPEATS = "response.";

    private final PreviewVault vault;
    private final Previews policy;
    private final OrganisationId organisation;
    private final String subject;
    private final CallId call;
    private final StringBuilder answer = new StringBuilder();
    private @Nullable Sealed request;
    private @Nullable String hashOfAnswer;
    private boolean answerKept;

    /** @param subject under whose key it is kept */
    public Preview(PreviewVault vault, Previews policy, OrganisationId organisation, String subject, CallId call) {
        this.vault = vault;
        this.policy = policy;
        this.organisation = organisation;
        this.subject = subject;
        this.call = call;
    }

    /** @return the hash for the record; none if there is no text */
    public @Nullable String ofRequest(byte[] body) {
        StringBuilder text = new StringBuilder();
        TextOf.json(body, text, policy.length() + MARGIN, "\n");
        request = seal(Part.REQUEST, text);
        return request == null ? null : request.hash();
    }

    /** The call may leave, so its record has the hash. */
    public void keepRequest() {
        if (request != null) {
            keep(request);
        }
    }

    /** Reads along with a meter. */
    public Meter along(Meter meter) {
        return new Meter() {
            @Override
            public void head(Function<String, @Nullable String> header) {
                meter.head(header);
            }

            @Override
            public void body(byte[] body) {
                TextOf.json(body, answer, policy.length() + MARGIN, "\n");
                meter.body(body);
            }

            @Override
            public Pass event(SseEvent event) {
                if (answer.length() < policy.length() + MARGIN && !isRepetition(event.name())) {
                    TextOf.json(event.data().getBytes(StandardCharsets.UTF_8), answer, policy.length() + MARGIN, "");
                }
                return meter.event(event);
            }

            @Override
            public byte[] shown(SseEvent event) {
                return meter.shown(event);
            }

            @Override
            public void ended() {
                meter.ended();
            }

            @Override
            public @Nullable String storedAs() {
                return meter.storedAs();
            }

            @Override
            public @Nullable String description() {
                return meter.description();
            }

            @Override
            public boolean isPending() {
                return meter.isPending();
            }

            @Override
            public @Nullable Meter subject() {
                return meter.subject();
            }

            @Override
            public Reading reading() {
                return meter.reading();
            }
        };
    }

    private static boolean isRepetition(String event) {
        return event.startsWith(REPEATS) && !event.endsWith(".delta");
    }

    /** Once, when the call ends. The hash for the record; none if there was no text. */
    public @Nullable String ofAnswer() {
        if (!answerKept) {
            answerKept = true;
            Sealed sealed = seal(Part.ANSWER, answer);
            hashOfAnswer = sealed != null && keep(sealed) ? sealed.hash() : null;
        }
        return hashOfAnswer;
    }

    private @Nullable Sealed seal(Part part, StringBuilder text) {
        if (text.isEmpty()) {
            return null;
        }
        String redacted = Redactor.redact(text.toString(), policy.redact());
        try {
            return vault.seal(organisation, subject, call, part, redacted.substring(0, cut(redacted, policy.length())));
        } catch (RuntimeException e) {
            LOG.warn("The preview of {} was not made: {}", call, e.getClass().getName());
            return null;
        }
    }

    /** Never in the middle of a character. */
    private static int cut(String text, int length) {
        if (text.length() <= length) {
            return text.length();
        }
        return length > 0 && Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    }

    private boolean keep(Sealed sealed) {
        try {
            vault.keep(sealed);
            return true;
        } catch (RuntimeException e) {
            LOG.warn("The preview of {} was not kept: {}", call, e.getClass().getName());
            return false;
        }
    }
}
