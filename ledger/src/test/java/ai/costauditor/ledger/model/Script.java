package ai.costauditor.ledger.model;

import static ai.costauditor.ledger.keys.KeyFixture.BERLIN;
import static ai.costauditor.ledger.keys.KeyFixture.charge;
import static ai.costauditor.ledger.keys.KeyFixture.end;
import static ai.costauditor.ledger.keys.KeyFixture.tokens;

import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Command;
import ai.costauditor.ledger.TimeOrderedIds;
import ai.costauditor.ledger.adjustments.AdjustmentId;
import ai.costauditor.ledger.adjustments.AdjustmentKind;
import ai.costauditor.ledger.budgets.BudgetCommand;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.budgets.Scope;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.Estimate;
import ai.costauditor.ledger.keys.KeyFixture;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.OrganisationId;
import ai.costauditor.ledger.organisations.ProjectId;
import ai.costauditor.ledger.organisations.TeamId;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.pricing.Charge;
import ai.costauditor.ledger.pricing.PriceStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What the clients send: a function of the seed alone, whatever they are answered. Every client has a day of the calendar
 * per round, so the last day of the winter time, ends of months and of years come by.
 */
final class Script {

    static final int ORGANISATIONS = 2;
    static final int LASTING_KEYS = 10;
    private static final int PASSING_KEYS = 2;
    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 27);
    private static final int ROUNDS_REMEMBERED = 20;
    private static final int ROUNDS_LEFT_OPEN = 3;

    private final long seed;
    private final int clients;
    private final int stepsPerClient;

    /** Enough to use up what one key may spend in a day, in millionths. */
    private final long dayOfKey;

    Script(long seed, int clients, int stepsPerClient) {
        this.seed = seed;
        this.clients = clients;
        this.stepsPerClient = stepsPerClient;
        this.dayOfKey = (long) clients * stepsPerClient * 300_000L * 700_000L / 1_000_000L / LASTING_KEYS;
    }

    /** Days go on, and now and then some are left out. */
    LocalDate day(int round) {
        return FIRST_DAY.plusDays(round + (round / 5) * 2L);
    }

    /** After such a round there is a day without calls. */
    boolean isBeforeAPause(int round) {
        return !day(round + 1).equals(day(round).plusDays(1));
    }

    private Random random(long... of) {
        long mixed = seed;
        for (long part : of) {
            mixed = (mixed ^ part) * 0x9E3779B97F4A7C15L;
            mixed ^= mixed >>> 32;
        }
        return new Random(mixed);
    }

    // --- who ---

    KeyId key(int number) {
        return new KeyId("key_" + TimeOrderedIds.at(0, random(1, number)));
    }

    /** The lasting ones, those of this round, and some of earlier rounds. */
    private KeyId anyKey(int round, Random random) {
        int dice = random.nextInt(LASTING_KEYS + PASSING_KEYS + 1);
        if (dice < LASTING_KEYS) {
            return key(dice);
        }
        int of = dice < LASTING_KEYS + PASSING_KEYS ? round : Math.max(0, round - 1);
        return key(LASTING_KEYS + of * PASSING_KEYS + random.nextInt(PASSING_KEYS));
    }

    private static Attribution attribution(int organisation, Random random) {
        int project = random.nextInt(3);
        String of = "_o" + organisation + "_";
        return new Attribution(
                new OrganisationId("org" + of + "0"),
                new TeamId("team" + of + project / 2),
                new ProjectId("proj" + of + project),
                random.nextInt(3) == 0 ? null : new UserId("user" + of + random.nextInt(2)));
    }

    List<KeyCommand.IssueKey> issueLastingKeys() {
        List<KeyCommand.IssueKey> issue = new ArrayList<>();
        for (int i = 0; i < LASTING_KEYS; i++) {
            issue.add(issue(0, key(i), i % ORGANISATIONS, random(2, i)));
        }
        return issue;
    }

    private KeyCommand.IssueKey issue(int round, KeyId key, int organisation, Random random) {
        return new KeyCommand.IssueKey(
                key,
                "a key",
                attribution(organisation, random),
                KeyFixture.issue(key).secret(),
                policy(random),
                limits(round, dayOfKey, random),
                BERLIN,
                change(round));
    }

    private Change change(int round) {
        return new Change("user_ada", noon(round), "because");
    }

    private static Policy policy(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> policy(Policy.Enforcement.OBSERVE, null, null);
            case 1, 2 -> policy(Policy.Enforcement.STRICT, 1 + random.nextInt(20), null);
            case 3, 4, 5 -> policy(Policy.Enforcement.STRICT, null, true);
            default -> Policy.DEFAULT;
        };
    }

    private static Policy policy(
            Policy.Enforcement enforcement,
            @org.jspecify.annotations.Nullable Integer parallel,
            @org.jspecify.annotations.Nullable Boolean clamp) {
        return Policy.enforcing(enforcement)
                .allowedModels("model-a", "model-b")
                .parallelCalls(parallel)
                .clampMaxTokens(clamp)
                .build();
    }

    // --- how much ---

    private List<BudgetLimit> limits(int round, long day, Random random) {
        List<BudgetLimit> limits = new ArrayList<>();
        if (random.nextInt(3) > 0) {
            limits.add(limit(round, day, BudgetWindow.DAY, BudgetLimit.Kind.HARD, random));
        }
        if (random.nextInt(4) == 0) {
            limits.add(limit(round, day * 5, BudgetWindow.WEEK, BudgetLimit.Kind.HARD, random));
        }
        if (random.nextInt(3) == 0) {
            limits.add(limit(round, day * 10, BudgetWindow.MONTH, BudgetLimit.Kind.SOFT, random));
        }
        if (random.nextInt(4) == 0) {
            limits.add(limit(round, day * 15, BudgetWindow.MONTH, BudgetLimit.Kind.HARD, random));
        }
        if (random.nextInt(2) == 0) {
            limits.add(limit(round, day * (round + 2), BudgetWindow.TOTAL, BudgetLimit.Kind.HARD, random));
        }
        return limits;
    }

    private BudgetLimit limit(int round, long about, BudgetWindow window, BudgetLimit.Kind kind, Random random) {
        long amount = random.nextInt(80) == 0 ? 0 : about * (30 + random.nextInt(100)) / 100;
        BudgetLimit.Raise raise =
                random.nextInt(5) == 0 ? new BudgetLimit.Raise(Millionths.money(1 + about / 5), noon(round)) : null;
        List<Integer> thresholds =
                switch (random.nextInt(4)) {
                    case 0 -> List.of();
                    case 1 -> List.of(10, 25, 90, 110);
                    default -> null;
                };
        return new BudgetLimit(Millionths.money(amount), window, kind, thresholds, raise);
    }

    private static long amount(Random random) {
        return 1 + random.nextInt(1_200_000);
    }

    // --- when ---

    private Instant noon(int round) {
        return day(round).atTime(12, 0).atZone(BERLIN).toInstant();
    }

    private Instant midnight(int round) {
        return day(round).atStartOfDay(BERLIN).toInstant();
    }

    /** Mostly the time of day, and often a millisecond around a moment at which something changes. */
    private Instant time(int round, int step, Random random) {
        Instant now = noon(round).plusMillis(50L * step - 2_000);
        int around = random.nextInt(3) - 1;
        return switch (random.nextInt(20)) {
            case 0 -> midnight(round).plusMillis(around);
            case 1, 2 -> noon(round).plusMillis(around);
            case 3 ->
                round % 2 == 0
                        ? now
                        : day(round)
                                .plusDays(1)
                                .atStartOfDay(BERLIN)
                                .toInstant()
                                .minusMillis(1);
            default -> now.plusMillis(random.nextInt(50));
        };
    }

    // --- calls ---

    private AuthoriseCall call(int round, int client, int number) {
        Random random = random(3, round, client, number);
        Instant at = time(round, number, random);
        CallId id = new CallId(CallId.PREFIX + TimeOrderedIds.at(at.toEpochMilli(), random));
        KeyId key = anyKey(round, random);
        long input = amount(random) / 4;
        long each = 1 + random.nextInt(500);
        long output = 1 + random.nextInt(2_000);
        Estimate estimate = random.nextInt(3) == 0
                ? new Estimate(
                        Millionths.money(input),
                        Millionths.money(input),
                        Millionths.money(each),
                        output,
                        random.nextInt(4) > 0)
                : null;
        long hold = estimate == null ? amount(random) : input + each * output;
        String model = random.nextInt(60) == 0 ? "model-c" : "model-a";
        return new AuthoriseCall(
                key,
                id,
                new CallRequest("openai", "chat.completions", model, false, "f" + random.nextInt(), Map.of()),
                new Hold(Millionths.money(hold), at.plus(Duration.ofMinutes(10)), "node_model"),
                random.nextInt(25) == 0 ? PriceStatus.UNPRICED : PriceStatus.PRICED,
                estimate,
                at);
    }

    /** One's own of this round, somebody else's of this round, or one of long ago. */
    private AuthoriseCall known(int round, int client, int begun, Random random) {
        int dice = random.nextInt(20);
        if (dice < 13) {
            return call(round, client, random.nextInt(begun));
        }
        if (dice < 18 || round == 0) {
            return call(round, random.nextInt(clients), random.nextInt(begun));
        }
        int before = round - 1 - random.nextInt(Math.min(round, ROUNDS_REMEMBERED));
        return call(before, random.nextInt(clients), random.nextInt(Math.max(1, stepsPerClient / 3)));
    }

    /**
     * Ends of what others have left open, days ago: else what is held would only grow, and with it every snapshot. Most calls
     * have ended already, or never were.
     */
    List<Command<?>> leftovers(int round) {
        int before = round - ROUNDS_LEFT_OPEN;
        Random random = random(6, round);
        List<Command<?>> ends = new ArrayList<>();
        for (int client = 0; client < clients && before >= 0; client++) {
            for (int number = 0; number < stepsPerClient * 2 / 5; number++) {
                AuthoriseCall call = call(before, client, number);
                Instant at = time(round, number, random);
                if (random.nextInt(4) == 0) {
                    ends.add(KeyFixture.expire(call.key(), call.call(), at));
                }
                String cost = Millionths.money(amount(random)).toString();
                ends.add(KeyFixture.settle(call.key(), call.call(), cost, at));
            }
        }
        return ends;
    }

    /** What one client does in one round; stateful only in how many calls it has begun. */
    final class Client {

        private final int round;
        private final int number;
        private final Random random;
        private int begun;

        Client(int round, int number) {
            this.round = round;
            this.number = number;
            this.random = random(4, round, number);
        }

        /** What is sent at once, without waiting for an answer. */
        List<Command<?>> next(Correction.Look look) {
            int dice = random.nextInt(1000);
            if (dice < 340 || begun == 0) {
                return List.of(call(round, number, begun++));
            }
            AuthoriseCall call = known(round, number, begun, random);
            if (dice < 400) {
                return List.of(again(call, call.request().fingerprint()));
            }
            if (dice < 420) {
                AuthoriseCall fresh = call(round, number, begun++);
                return List.of(
                        fresh, again(fresh, "f"), again(fresh, fresh.request().fingerprint()));
            }
            if (dice < 450) {
                return List.of(again(call, "another"));
            }
            Instant at = endOf(call);
            if (dice < 660) {
                return List.of(settle(call, at, amount(random)));
            }
            if (dice < 690) {
                return List.of(settle(call, at, amount(random)), settle(call, at, amount(random)));
            }
            if (dice < 715) {
                return List.of(settle(call, at, Charge.unpriced()));
            }
            if (dice < 770) {
                return List.of(KeyFixture.release(call.key(), call.call(), at));
            }
            if (dice < 830) {
                return List.of(KeyFixture.expire(call.key(), call.call(), at));
            }
            if (dice < 850) {
                return List.of(
                        KeyFixture.expire(call.key(), call.call(), at), settle(call, at.plusMillis(1), amount(random)));
            }
            if (dice < 880) {
                Instant expires = call.hold().expires().plusMillis(random.nextInt(3) - 1);
                return List.of(new KeyCommand.ExtendHold(call.key(), call.call(), expires, at));
            }
            return dice < 930 ? correct(call, look) : administer(call.key());
        }

        private AuthoriseCall again(AuthoriseCall call, String fingerprint) {
            CallRequest request = call.request();
            return new AuthoriseCall(
                    call.key(),
                    call.call(),
                    new CallRequest(
                            request.provider(),
                            request.endpoint(),
                            request.model(),
                            request.stream(),
                            fingerprint,
                            request.claims()),
                    call.hold(),
                    call.price(),
                    call.estimate(),
                    isOfAnEarlierRound(call) ? time(round, begun, random) : call.at());
        }

        private boolean isOfAnEarlierRound(AuthoriseCall call) {
            return call.at().isBefore(midnight(round).minusSeconds(1));
        }

        /** Often at the very moment at which the hold ends by itself, a millisecond before, or one after. */
        private Instant endOf(AuthoriseCall call) {
            if (isOfAnEarlierRound(call)) {
                return time(round, begun, random);
            }
            return random.nextInt(3) == 0
                    ? call.hold().expires().plusMillis(random.nextInt(3) - 1)
                    : call.at().plusMillis(random.nextInt(2_000));
        }

        private KeyCommand.SettleCall settle(AuthoriseCall call, Instant at, long cost) {
            return settle(call, at, charge(Millionths.money(cost).toString()));
        }

        private static KeyCommand.SettleCall settle(AuthoriseCall call, Instant at, Charge charge) {
            return new KeyCommand.SettleCall(
                    call.key(), call.call(), tokens(100, 20), charge, end(CallEnd.Outcome.COMPLETED), at);
        }

        private List<Command<?>> correct(AuthoriseCall call, Correction.Look look) {
            AdjustmentId id =
                    new AdjustmentId(AdjustmentId.PREFIX + number + "_" + random.nextInt(1 + begun) + "_" + round);
            Change change = change(round);
            long amount = amount(random) - 600_000;
            return switch (random.nextInt(5)) {
                case 0 -> {
                    Command<?> credit = Correction.credit(call.key(), id, -amount(random), change);
                    yield random.nextBoolean() ? List.of(credit) : List.of(credit, credit);
                }
                case 1 -> Correction.of(call, id, AdjustmentKind.RE_RATING, amount, "catalogue-2", change, look);
                case 2 -> Correction.of(call, id, AdjustmentKind.CREDIT, amount, null, change, look);
                default -> Correction.of(call, id, AdjustmentKind.CORRECTION, amount, null, change, look);
            };
        }

        private List<Command<?>> administer(KeyId key) {
            Change change = change(round);
            return switch (random.nextInt(16)) {
                case 0 -> List.of(new KeyCommand.SuspendKey(key, change));
                case 1, 2 -> List.of(new KeyCommand.ResumeKey(key, change));
                case 3 -> List.of(new KeyCommand.ChangePolicy(key, policy(random), change));
                case 4, 5 -> List.of(new KeyCommand.MoveKey(key, attribution(organisationOf(key), random), change));
                case 6 -> List.of(new KeyCommand.SetBudgets(key, limits(round, dayOfKey, random), change));
                case 7 -> {
                    BudgetLimit limit = limit(round, dayOfKey, BudgetWindow.DAY, BudgetLimit.Kind.HARD, random);
                    yield List.of(new KeyCommand.SetBudgets(key, List.of(limit, limit), change));
                }
                case 8, 9, 10, 11 -> limitAScope(change);
                case 12 -> List.of(new KeyCommand.TellBalances(key, time(round, begun, random)));
                case 13 -> List.of(new BudgetCommand.TellBalances(anyScope(), time(round, begun, random)));
                case 14 -> {
                    KeyId passing = key(LASTING_KEYS + round * PASSING_KEYS + random.nextInt(PASSING_KEYS));
                    yield List.of(issue(round, passing, organisationOf(passing), random(5, round)));
                }
                default -> {
                    KeyId passing = key(LASTING_KEYS + round * PASSING_KEYS + random.nextInt(PASSING_KEYS));
                    yield random.nextInt(4) == 0
                            ? List.of(new KeyCommand.RevokeKey(passing, change))
                            : List.of(new KeyCommand.TellBalances(passing, noon(round)));
                }
            };
        }

        /** The same for every command about it, and 1 in 50 times the other one, into which no key can move. */
        private int organisationOf(KeyId key) {
            int own = Math.floorMod(key.value().hashCode(), ORGANISATIONS);
            for (int i = 0; i < LASTING_KEYS; i++) {
                own = key(i).equals(key) ? i % ORGANISATIONS : own;
            }
            return random.nextInt(50) == 0 ? 1 - own : own;
        }

        private Scope anyScope() {
            List<Scope> scopes = Scope.of(attribution(random.nextInt(ORGANISATIONS), random));
            return scopes.get(random.nextInt(scopes.size()));
        }

        private List<Command<?>> limitAScope(Change change) {
            Scope scope = anyScope();
            long share =
                    switch (scope.type()) {
                        case USER, PROJECT -> 2;
                        case TEAM -> 3;
                        default -> 5;
                    };
            List<BudgetLimit> limits = random.nextInt(3) == 0 ? List.of() : limits(round, dayOfKey * share, random);
            return List.of(new BudgetCommand.SetLimits(scope, limits, BERLIN, change));
        }
    }
}
