package ai.costauditor.api.prices;

import static ai.costauditor.api.identity.Role.ADMIN;
import static ai.costauditor.api.identity.Role.AUDITOR;
import static ai.costauditor.api.identity.Role.FINANCE;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.web.InvalidField;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.pricing.EffectivePrice;
import ai.costauditor.ledger.pricing.OrganisationPrices;
import ai.costauditor.ledger.pricing.PlausiblePrices;
import ai.costauditor.ledger.pricing.PriceBookCommand.EndPrice;
import ai.costauditor.ledger.pricing.PriceBookCommand.SetPrices;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.ledger.pricing.PriceId;
import ai.costauditor.ledger.pricing.PriceRule;
import ai.costauditor.projections.Progress;
import ai.costauditor.projections.prices.UnpricedCalls;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Prices that hold for an organisation, and those that it has entered itself. */
@RestController
@RequestMapping("/api/v1/prices")
@Tag(name = "prices")
class PriceResource {

    record Prices(List<OrganisationPrices.PriceEntry> items) {}

    record Versions(List<OrganisationPrices.PriceListVersion> items) {}

    /** @param asOf every event up to this moment is in the counts */
    record UnpricedModels(Instant asOf, List<UnpricedCalls.UnpricedModel> items) {}

    /** @param until UTC, the first moment at which it no longer holds, not in the past; now if missing */
    record PriceEnd(
            @Nullable Instant until,
            @NotBlank @Size(max = 500) String reason) {}

    private final Ledger ledger;
    private final PriceBooks books;
    private final PlausiblePrices plausible;
    private final UnpricedCalls unpriced;
    private final Progress progress;
    private final Clock clock;

    PriceResource(
            Ledger ledger,
            PriceBooks books,
            PlausiblePrices plausible,
            UnpricedCalls unpriced,
            Progress progress,
            Clock clock) {
        this.ledger = ledger;
        this.books = books;
        this.plausible = plausible;
        this.unpriced = unpriced;
        this.progress = progress;
        this.clock = clock;
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @GetMapping
    @Operation(
            operationId = "prices",
            summary = "What the organisation has entered, newest first, with author and reason")
    Prices prices(
            Caller caller,
            @RequestParam(name = "provider", required = false) @Nullable String provider,
            @RequestParam(name = "model", required = false) @Nullable String model) {
        return new Prices(books.of(caller.organisation()).entries().stream()
                .filter(entry ->
                        provider == null || provider.equals(entry.rule().provider()))
                .filter(entry -> model == null || model.equals(entry.rule().model()))
                .toList());
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @GetMapping("/effective")
    @Operation(operationId = "effectivePrice", summary = "The price of a call at a moment, and which entry won")
    EffectivePrice effective(
            Caller caller,
            @RequestParam("provider") String provider,
            @RequestParam("model") String model,
            @RequestParam(name = "service_tier", required = false) @Nullable String tier,
            @RequestParam(name = "region", required = false) @Nullable String region,
            @RequestParam(name = "at", required = false) @Nullable Instant at) {
        String conditions = region == null ? tier : (tier == null ? "" : tier) + "+@" + region;
        return books.of(caller.organisation()).effective(provider, model, conditions, at == null ? now() : at);
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @GetMapping("/versions")
    @Operation(operationId = "priceVersions", summary = "All price lists, shipped and imported, newest first")
    Versions versions(Caller caller) {
        return new Versions(books.of(caller.organisation()).versions());
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @GetMapping("/unpriced")
    @Operation(operationId = "unpricedModels", summary = "Models that were used and have no price")
    UnpricedModels unpriced(Caller caller) {
        Instant asOf = progress.asOf();
        return new UnpricedModels(asOf, unpriced.models(caller.organisation()));
    }

    @Allowed({ADMIN, FINANCE})
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "setPrice",
            summary = "Enter an override, a model of your own, a discount or a mark-up; no charge changes, and calls"
                    + " without a price are charged")
    OrganisationPrices.PriceEntry set(Caller caller, @RequestBody @Valid NewPrice wanted) {
        Instant now = now();
        PriceRule rule = wanted.rule(now);
        boolean confirmed = Boolean.TRUE.equals(wanted.confirmed());
        if (!confirmed) {
            plausible.slip(rule).ifPresent(slip -> {
                throw new InvalidField(slip.field(), slip.message());
            });
        }
        Change change = new Change(caller.user().value(), now, wanted.reason());
        ledger.execute(new SetPrices(caller.organisation(), List.of(rule), confirmed, change));
        return entry(caller, rule.id());
    }

    @Allowed({ADMIN, FINANCE})
    @PostMapping("/{id}/end")
    @Operation(operationId = "endPrice", summary = "Let a price end, now or later; what it charged stays")
    OrganisationPrices.PriceEntry end(Caller caller, @PathVariable("id") PriceId id, @RequestBody @Valid PriceEnd end) {
        Change change = new Change(caller.user().value(), now(), end.reason());
        requireOwn(caller, id);
        ledger.execute(new EndPrice(caller.organisation(), id, end.until(), change));
        return entry(caller, id);
    }

    private void requireOwn(Caller caller, PriceId id) {
        entry(caller, id);
    }

    private OrganisationPrices.PriceEntry entry(Caller caller, PriceId id) {
        return books.of(caller.organisation()).entries().stream()
                .filter(entry -> entry.rule().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, "there is no price " + id));
    }

    /** As the ledger keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
