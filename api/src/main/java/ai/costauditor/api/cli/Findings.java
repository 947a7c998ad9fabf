package ai.costauditor.api.cli;

import ai.costauditor.ledger.check.Report;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code ./auditor doctor} has found, told as it is found or at the end as JSON. */
final class Findings {

    /** @param cure empty if nothing is wrong */
    private record Finding(boolean fine, String what, String cure) {}

    private final List<Finding> found = new ArrayList<>();
    private final @Nullable PrintStream out;
    private @Nullable Report check;

    /** @param out where each finding is told at once; none if only the end counts */
    Findings(@Nullable PrintStream out) {
        this.out = out;
    }

    void say(boolean fine, String what, String cure) {
        found.add(new Finding(fine, what, fine ? "" : cure));
        if (out != null) {
            out.println((fine ? "ok    " : "WRONG ") + what + (fine ? "" : "; " + cure));
        }
    }

    /** The whole report only if something differs: a doctor who finds nothing is brief. */
    void say(Report report) {
        check = report;
        say(
                report.isFine(),
                "%,d events %s to every balance and every read model"
                        .formatted(report.events(), report.isFine() ? "add up" : "do not add up"),
                "keep the database as it is and report what ./auditor check prints");
        if (out != null && !report.isFine()) {
            out.print(Reports.text(report));
        }
    }

    boolean isFine() {
        return found.stream().allMatch(Finding::fine);
    }

    String json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("fine", isFine());
        json.put(
                "findings",
                found.stream()
                        .map(finding -> finding.fine()
                                ? Map.of("fine", true, "what", finding.what())
                                : Map.of("fine", false, "what", finding.what(), "cure", finding.cure()))
                        .toList());
        if (check != null) {
            json.put("check", Reports.members(check));
        }
        return Reports.JSON.writeValueAsString(json) + "\n";
    }
}
