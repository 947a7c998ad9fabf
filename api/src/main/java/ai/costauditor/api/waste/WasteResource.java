package ai.costauditor.api.waste;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.organisations.CurrentNames;
import ai.costauditor.api.organisations.Reporting;
import ai.costauditor.api.web.Range;
import ai.costauditor.api.web.Rights;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.projections.Period;
import ai.costauditor.projections.Progress;
import ai.costauditor.projections.waste.RepeatedPrompts;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Money that bought nothing new. */
@RestController
@RequestMapping("/api/v1/waste")
@Tag(name = "waste")
class WasteResource {

    /** @param identified everything found in the period, also what the list is too short to show */
    record Waste(
            String currency,
            ZoneId timeZone,
            Instant asOf,
            Instant from,
            Instant to,
            Money identified,
            List<RepeatedPrompts.Finding> findings) {}

    private final RepeatedPrompts repeats;
    private final Progress progress;
    private final Reporting reporting;
    private final CurrentNames names;
    private final Clock clock;

    WasteResource(RepeatedPrompts repeats, Progress progress, Reporting reporting, CurrentNames names, Clock clock) {
        this.repeats = repeats;
        this.progress = progress;
        this.reporting = reporting;
        this.names = names;
        this.clock = clock;
    }

    @Allowed
    @GetMapping
    @Operation(operationId = "waste", summary = "What was paid for answers that had been given before, dearest first")
    Waste waste(
            Caller caller,
            @ParameterObject Range range,
            @RequestParam(name = "limit", defaultValue = "100") @Min(1) @Max(1000) int limit) {
        Reporting.Terms terms = reporting.of(caller);
        Period period = range.in(terms.timeZone(), clock.instant());
        Instant asOf = progress.asOf();
        return new Waste(
                terms.currency(),
                terms.timeZone(),
                asOf,
                period.from(),
                period.to(),
                repeats.wasted(Rights.sight(caller), period),
                repeats.findings(Rights.sight(caller), period, limit, names.of(caller.organisation())));
    }
}
