package ai.costauditor.api.periods;

import static ai.costauditor.api.identity.Role.ADMIN;
import static ai.costauditor.api.identity.Role.AUDITOR;
import static ai.costauditor.api.identity.Role.FINANCE;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.organisations.CurrentNames;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.RuleViolated;
import ai.costauditor.ledger.periods.PeriodClosing;
import ai.costauditor.ledger.periods.PeriodDirectory;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Closed months. What is corrected later counts in a month that is open, and says which one it corrects. */
@RestController
@RequestMapping("/api/v1/periods")
@Tag(name = "periods")
class PeriodResource {

    /** @param items newest first; a month that is not here is open */
    record Periods(List<ClosedMonth> items) {}

    /**
     * @param force close although calls of the month are open or their cost is not known
     * @param reason kept with the event; needed to force
     */
    record Closing(
            @Nullable Boolean force,
            @Size(max = 500) @Nullable String reason) {

        static final Closing ORDERLY = new Closing(false, null);

        boolean isForced() {
            return Boolean.TRUE.equals(force);
        }
    }

    private final PeriodDirectory months;
    private final PeriodClosing closing;
    private final CurrentNames names;
    private final Clock clock;

    PeriodResource(PeriodDirectory months, PeriodClosing closing, CurrentNames names, Clock clock) {
        this.months = months;
        this.closing = closing;
        this.names = names;
        this.clock = clock;
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @GetMapping
    @Operation(operationId = "periods", summary = "The months that are closed, with their totals")
    Periods periods(Caller caller) {
        return new Periods(months.list(caller.organisation()).stream()
                .map(month -> ClosedMonth.summary(month, names.of(caller.organisation())))
                .toList());
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @GetMapping("/{month}")
    @Operation(
            operationId = "period",
            summary = "A closed month with what it cost by team, project, key and model; 404 while it is open")
    ClosedMonth period(Caller caller, @PathVariable("month") YearMonth month) {
        return closed(caller, month);
    }

    @Allowed({ADMIN, FINANCE})
    @PostMapping("/{month}/close")
    @Operation(
            operationId = "closePeriod",
            summary = "Close a month that is over and seal what it cost; can take minutes, and goes on if it is asked"
                    + " again")
    ClosedMonth close(
            Caller caller,
            @PathVariable("month") YearMonth month,
            @Valid @RequestBody(required = false) @Nullable Closing wanted) {
        Closing how = wanted == null ? Closing.ORDERLY : wanted;
        closing.close(
                caller.organisation(),
                month,
                how.isForced(),
                new Change(caller.user().value(), clock.instant(), how.reason()));
        return closed(caller, month);
    }

    private ClosedMonth closed(Caller caller, YearMonth month) {
        return months.list(caller.organisation()).stream()
                .filter(entry -> entry.month().equals(month))
                .findFirst()
                .map(entry -> ClosedMonth.inFull(entry, names.of(caller.organisation())))
                .orElseThrow(() -> new RuleViolated(RuleViolated.Code.NOT_FOUND, month + " is not closed"));
    }
}
