package ai.costauditor.api.prices;

import static ai.costauditor.api.identity.Role.ADMIN;
import static ai.costauditor.api.identity.Role.AUDITOR;
import static ai.costauditor.api.identity.Role.FINANCE;

import ai.costauditor.api.identity.Allowed;
import ai.costauditor.api.identity.Caller;
import ai.costauditor.api.web.InvalidField;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.pricing.PlausiblePrices;
import ai.costauditor.ledger.pricing.PriceBookCommand.ImportList;
import ai.costauditor.ledger.pricing.PriceBookCommand.SetPrices;
import ai.costauditor.ledger.pricing.PriceBooks;
import ai.costauditor.ledger.pricing.PriceChange;
import ai.costauditor.ledger.pricing.PriceId;
import ai.costauditor.ledger.pricing.PriceRule;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many prices at once: a whole list in the catalogue's format, or a table of prices of one's own. */
@RestController
@RequestMapping("/api/v1/prices")
@Tag(name = "prices")
class PriceListResource {

    private static final String CSV = "text/csv";

    /** Ten times the shipped list. */
    private static final int LONGEST = 4_000_000;

    record ImportedPriceList(String version, Instant from) {}

    record ImportedPrices(List<PriceId> items) {}

    record PriceChanges(List<PriceChange> items) {}

    private final Ledger ledger;
    private final PriceBooks books;
    private final PlausiblePrices plausible;
    private final Clock clock;

    PriceListResource(Ledger ledger, PriceBooks books, PlausiblePrices plausible, Clock clock) {
        this.ledger = ledger;
        this.books = books;
        this.plausible = plausible;
        this.clock = clock;
    }

    @Allowed({ADMIN, FINANCE, AUDITOR})
    @PostMapping(path = "/diff", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "comparePrices", summary = "What a price list would change; nothing is stored")
    PriceChanges diff(Caller caller, @RequestBody String list) {
        JsonNode document = read(list);
        try {
            return new PriceChanges(books.of(caller.organisation()).difference(document, now()));
        } catch (IllegalArgumentException e) {
            throw new InvalidField("body", "is no price list: " + e.getMessage());
        }
    }

    @Allowed({ADMIN, FINANCE})
    @PostMapping(path = "/import", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "importPriceList",
            summary = "Take a price list over as a dated version, in place of the others")
    ImportedPriceList importList(
            Caller caller,
            @RequestParam("reason") @NotBlank @Size(max = 500) String reason,
            @RequestParam(name = "from", required = false) @Nullable Instant from,
            @RequestBody String list) {
        Instant now = now();
        Instant begins = from == null ? now : from;
        String version = ledger.execute(new ImportList(
                caller.organisation(),
                read(list),
                begins,
                new Change(caller.user().value(), now, reason)));
        return new ImportedPriceList(version, begins);
    }

    @Allowed({ADMIN, FINANCE})
    @PostMapping(path = "/import", consumes = CSV)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "importPrices", summary = "Enter a table of prices, all or none")
    ImportedPrices importTable(
            Caller caller,
            @RequestParam("reason") @NotBlank @Size(max = 500) String reason,
            @RequestParam(name = "confirmed", defaultValue = "false") boolean confirmed,
            @RequestBody String table) {
        requireShort(table);
        Instant now = now();
        List<PriceTable.Line> lines = PriceTable.read(table, reason);
        List<PriceRule> rules =
                lines.stream().map(line -> line.price().rule(now)).toList();
        if (!confirmed) {
            for (int i = 0; i < rules.size(); i++) {
                int line = lines.get(i).number();
                plausible.slip(rules.get(i)).ifPresent(slip -> {
                    throw new InvalidField("line " + line + ", " + slip.field(), slip.message());
                });
            }
        }
        return new ImportedPrices(ledger.execute(new SetPrices(
                caller.organisation(),
                rules,
                confirmed,
                new Change(caller.user().value(), now, reason))));
    }

    private static JsonNode read(String list) {
        requireShort(list);
        try {
            return JsonMapper.shared().readTree(list);
        } catch (JacksonException e) {
            throw new InvalidField("body", "is no JSON");
        }
    }

    private static void requireShort(String text) {
        if (text.length() > LONGEST) {
            throw new InvalidField("body", "is longer than " + LONGEST + " characters");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
