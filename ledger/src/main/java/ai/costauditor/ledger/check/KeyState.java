package ai.costauditor.ledger.check;

import ai.costauditor.ledger.check.CallState.Owner;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the events so far say about one key. */
public final class KeyState {

    private Owner owner;
    private boolean moved;
    private final ZoneId zone;
    private String status = "ACTIVE";
    private String secret;
    private JsonNode policy;
    private JsonNode storedLimits;
    private List<Effect.Limit> limits;

    KeyState(Owner owner, ZoneId zone, String secret, JsonNode policy, Fields issued) {
        this.owner = owner;
        this.zone = zone;
        this.secret = secret;
        this.policy = policy;
        this.storedLimits = issued.any("budgets");
        this.limits = Book.limits(issued, "budgets");
    }

    void limitTo(Fields event) {
        storedLimits = event.any("budgets");
        limits = Book.limits(event, "budgets");
    }

    void policy(JsonNode newPolicy) {
        policy = newPolicy;
    }

    void status(String newStatus) {
        status = newStatus;
    }

    void moveTo(Owner newOwner) {
        owner = newOwner;
        moved = true;
    }

    /** So that what it counts is not all of it where it is now. */
    boolean wasMoved() {
        return moved;
    }

    void secret(String newSecret) {
        secret = newSecret;
    }

    public Owner owner() {
        return owner;
    }

    /** In which its days, weeks and months are cut. */
    public ZoneId zone() {
        return zone;
    }

    List<Effect.Limit> limits() {
        return limits;
    }

    List<Effect.Limit> limitsAt(Instant moment) {
        return limits.stream().map(limit -> limit.at(moment)).toList();
    }

    /** Whether limits only tell. */
    boolean isOnlyObserved() {
        JsonNode enforcement = policy.get("enforcement");
        return enforcement != null && Objects.equals(enforcement.asString(), "observe");
    }

    String status() {
        return status;
    }

    String secret() {
        return secret;
    }

    JsonNode policy() {
        return policy;
    }

    JsonNode storedLimits() {
        return storedLimits;
    }

    boolean isIn(String scope) {
        return scope.equals(owner.organisation())
                || scope.equals(owner.team())
                || scope.equals(owner.project())
                || scope.equals(owner.user());
    }

    static List<String> scopesAbove(Owner owner) {
        @Nullable String user = owner.user();
        return user == null
                ? List.of(owner.project(), owner.team(), owner.organisation())
                : List.of(user, owner.project(), owner.team(), owner.organisation());
    }
}
