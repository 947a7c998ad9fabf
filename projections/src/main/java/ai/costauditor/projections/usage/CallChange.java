package ai.costauditor.projections.usage;

import static ai.costauditor.projections.usage.CallRows.JSON;
import static ai.costauditor.projections.usage.CallRows.text;

import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.KeyEvent.CallAuthorised;
import ai.costauditor.ledger.keys.KeyEvent.CallDenied;
import ai.costauditor.ledger.keys.KeyEvent.CallReleased;
import ai.costauditor.ledger.keys.KeyEvent.CallSettled;
import ai.costauditor.ledger.keys.KeyEvent.CallSettledLate;
import ai.costauditor.ledger.keys.KeyEvent.Ended;
import ai.costauditor.ledger.keys.KeyEvent.HoldExpired;
import ai.costauditor.ledger.keys.KeyEvent.OfCall;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import ai.costauditor.projections.Rows;
import ai.costauditor.projections.Rows.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** What a batch says about one call: some columns of its row. Columns that nobody mentions stay as they are. */
class CallChange {

    private static final List<String> OF_EVERY_CALL =
            List.of("id", "organisation", "team_id", "project_id", "user_id", "key_id");

    private static final Rows ROWS = rows();

    private static Rows rows() {
        Rows.Columns columns = new Rows.Columns()
                .add(Type.TEXT, OF_EVERY_CALL.toArray(String[]::new))
                .add(
                        Type.TEXT,
                        "provider",
                        "endpoint",
                        "model_requested",
                        "model_served",
                        "fingerprint",
                        "status",
                        "outcome",
                        "usage_status",
                        "price_status",
                        "price_version")
                .add(Type.BOOLEAN, "stream", "resolved")
                .add(Type.TIME, "started_at", "ended_at", "counted_at", "charged_at")
                .add(Type.NUMERIC, "cost", "hold", "provider_cost")
                .add(Type.INTEGER, "http_status")
                .add(Type.BIGINT, "latency_ms")
                .add(
                        Type.BIGINT,
                        Arrays.stream(TokenKind.values())
                                .map(TokenKind::wireName)
                                .toArray(String[]::new))
                .add(Type.JSON, "claims", "units", "lines", "attempts", "repeated", "refusal");
        String changes = columns.names().stream()
                .filter(name -> !OF_EVERY_CALL.contains(name))
                .map(name -> name + " = coalesce(excluded." + name + ", usage_call." + name + ")")
                .collect(Collectors.joining(", "));
        return new Rows("usage_call", columns, "on conflict (id) do update set " + changes);
    }

    private final Rows.Row row = ROWS.row();

    CallChange(OfCall event) {
        this(event.call(), event.key(), event.attribution());
    }

    CallChange(CallId call, KeyId key, Attribution attribution) {
        set("id", call.value());
        set("organisation", attribution.organisation().value());
        set("team_id", attribution.team().value());
        set("project_id", attribution.project().value());
        set("user_id", attribution.user() == null ? null : attribution.user().value());
        set("key_id", key.value());
    }

    static void write(JdbcOperations database, Collection<CallChange> changes) {
        ROWS.write(database, changes.stream().map(change -> change.row).toList());
    }

    void authorised(CallAuthorised e) {
        status(Call.Status.OPEN);
        request(e.request());
        at("started_at", e.at());
        money("hold", e.hold().amount());
    }

    void denied(CallDenied e) {
        status(Call.Status.DENIED);
        request(e.request());
        at("started_at", e.at());
        at("ended_at", e.at());
        json("refusal", new Call.Denial(e.reason(), e.hold().amount(), e.balance(), e.level()));
    }

    void settled(CallSettled e) {
        status(Call.Status.SETTLED);
        after(e, "counted_at");
        settled(e.request(), e.usage(), e.charge());
        end(e.end(), e.authorisedAt(), e.at());
    }

    void settledLate(CallSettledLate e) {
        status(Call.Status.SETTLED_LATE);
        after(e, "charged_at");
        settled(e.request(), e.usage(), e.charge());
        end(e.end(), e.authorisedAt(), e.at());
    }

    void released(CallReleased e) {
        status(Call.Status.RELEASED);
        after(e, "charged_at");
        end(e.end(), e.authorisedAt(), e.at());
    }

    void expired(HoldExpired e) {
        status(Call.Status.EXPIRED);
        after(e, "counted_at");
        money("hold", e.hold().amount());
        if (e.usage() != null) {
            usage(e.usage());
        }
        end(e.end(), e.authorisedAt(), e.at());
    }

    /** An adjustment has said what it cost. */
    void resolved() {
        set("resolved", true);
    }

    private void after(Ended e, String column) {
        if (e.afterClose() != null) {
            at(column, e.countsAt());
        }
    }

    private void settled(CallRequest request, Usage usage, Charge charge) {
        request(request);
        usage(usage);
        set("price_status", text(charge.status()));
        set("price_version", charge.version());
        json("lines", charge.lines());
        if (charge.total() != null) {
            money("cost", charge.total());
        }
    }

    private void request(CallRequest request) {
        set("provider", request.provider());
        set("endpoint", request.endpoint());
        set("model_requested", request.model());
        set("stream", request.stream());
        set("fingerprint", request.fingerprint());
        json("claims", request.claims());
    }

    private void usage(Usage usage) {
        set("usage_status", text(usage.status()));
        for (TokenKind kind : TokenKind.values()) {
            set(kind.wireName(), usage.tokens(kind));
        }
        json("units", usage.units());
        if (usage.providerCost() != null) {
            money("provider_cost", usage.providerCost());
        }
    }

    private void end(CallEnd end, Instant authorisedAt, Instant at) {
        at("started_at", authorisedAt);
        at("ended_at", at);
        set("model_served", end.modelServed());
        set("outcome", text(end.outcome()));
        set("http_status", end.httpStatus() == 0 ? null : end.httpStatus());
        set("latency_ms", end.latencyMs());
        json("attempts", end.attempts());
        if (end.repeated() != null) {
            json("repeated", end.repeated());
        }
    }

    private void status(Call.Status status) {
        set("status", status.text());
    }

    private void at(String column, Instant instant) {
        set(column, instant);
    }

    private void money(String column, Money money) {
        set(column, money.amount());
    }

    private void json(String column, Object value) {
        set(column, JSON.writeValueAsString(value));
    }

    private void set(String column, @Nullable Object value) {
        if (value != null) {
            row.set(column, value);
        }
    }
}
