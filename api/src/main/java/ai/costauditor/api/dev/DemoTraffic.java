package ai.costauditor.api.dev;

import ai.costauditor.api.identity.Accounts;
import ai.costauditor.api.identity.Role;
import ai.costauditor.ledger.Change;
import ai.costauditor.ledger.Ledger;
import ai.costauditor.ledger.TimeOrderedIds;
import ai.costauditor.ledger.budgets.BudgetLimit;
import ai.costauditor.ledger.budgets.BudgetWindow;
import ai.costauditor.ledger.keys.CallEnd;
import ai.costauditor.ledger.keys.CallId;
import ai.costauditor.ledger.keys.CallRequest;
import ai.costauditor.ledger.keys.Hold;
import ai.costauditor.ledger.keys.KeyCommand.Authorisation;
import ai.costauditor.ledger.keys.KeyCommand.AuthoriseCall;
import ai.costauditor.ledger.keys.KeyCommand.IssueKey;
import ai.costauditor.ledger.keys.KeyCommand.ReleaseCall;
import ai.costauditor.ledger.keys.KeyCommand.SettleCall;
import ai.costauditor.ledger.keys.KeyId;
import ai.costauditor.ledger.keys.KeySecrets;
import ai.costauditor.ledger.keys.Policy;
import ai.costauditor.ledger.money.Money;
import ai.costauditor.ledger.organisations.Attribution;
import ai.costauditor.ledger.organisations.UserId;
import ai.costauditor.ledger.pricing.PriceCatalogue;
import ai.costauditor.ledger.pricing.PriceStatus;
import ai.costauditor.ledger.usage.TokenKind;
import ai.costauditor.ledger.usage.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;

/**
 * Sixty days of made-up traffic, sent through the ledger's own commands: weekdays and office hours, a team that grows, a
 * batch job whose requests only look alike, an agent that repeats itself, a provider that fails on one day. The same data
 * folder gets the same traffic.
 */
final class DemoTraffic {

    private static final int DAYS = 60;
    private static final String DONE = "demo-planted";

    /** Enough for the ledger to commit many at once. */
    private static final int AT_ONCE = 1024;

    private final Ledger ledger;
    private final PriceCatalogue prices;
    private final KeySecrets secrets;
    private final Accounts accounts;
    private final Path data;
    private final Random random = new Random(60);
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    DemoTraffic(ApplicationContext context, Path data) {
        this.ledger = context.getBean(Ledger.class);
        this.prices = context.getBean(PriceCatalogue.class);
        this.secrets = context.getBean(KeySecrets.class);
        this.accounts = context.getBean(Accounts.class);
        this.data = data;
    }

    static boolean isPlanted(Path data) {
        return Files.exists(data.resolve(DONE));
    }

    /** Who makes which calls: an application of a project, on one key. */
    private record Application(
            KeyId key,
            String provider,
            String model,
            String endpoint,
            int callsPerDay,
            int input,
            int output,
            double repeats) {}

    void plantOnce(Installation it) {
        if (isPlanted(data)) {
            return;
        }
        List<Application> applications = applications(it);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        for (int day = DAYS; day >= 0; day--) {
            LocalDate date = today.minusDays(day);
            int age = DAYS - day;
            applications.stream()
                    .flatMap(application -> calls(application, date, age).stream())
                    .sorted(Comparator.comparing(Planned::at))
                    .forEach(this::send);
            progress(age + 1);
        }
        awaitAll();
        System.out.println();
        try {
            Files.writeString(
                    data.resolve(DONE), "made-up traffic of " + today.minusDays(DAYS) + " to " + today + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Application> applications(Installation it) {
        UserId ada = user(it, "Ada");
        UserId grace = user(it, "Grace");
        UserId alan = user(it, "Alan");
        return List.of(
                application(
                        it,
                        0,
                        0,
                        null,
                        "Assistant in production",
                        "openai",
                        "gpt-4o",
                        "chat.completions",
                        160,
                        1800,
                        350,
                        0.04),
                application(
                        it,
                        0,
                        0,
                        ada,
                        "Ada's notebook",
                        "anthropic",
                        "claude-sonnet-4-5-20250929",
                        "messages",
                        25,
                        6000,
                        900,
                        0.02),
                application(
                        it,
                        0,
                        1,
                        null,
                        "Nightly triage",
                        "openai",
                        "gpt-4o-mini",
                        "chat.completions",
                        220,
                        700,
                        60,
                        0.0),
                application(
                        it,
                        1,
                        2,
                        grace,
                        "Grace's agent",
                        "anthropic",
                        "claude-opus-4-1-20250805",
                        "messages",
                        18,
                        9000,
                        1200,
                        0.25),
                application(
                        it,
                        1,
                        2,
                        null,
                        "Paper index",
                        "openai",
                        "text-embedding-3-small",
                        "embeddings",
                        180,
                        1500,
                        0,
                        0.12),
                application(
                        it,
                        1,
                        2,
                        alan,
                        "Alan's experiments",
                        "openai",
                        "o4-mini-2025-04-16",
                        "responses",
                        30,
                        2500,
                        2600,
                        0.05));
    }

    /** Somebody with a name, whose password nobody knows. */
    private UserId user(Installation it, String name) {
        UserId user = new UserId(UserId.PREFIX + TimeOrderedIds.at(1_700_000_000_000L, random));
        if (accounts.find(it.organisation(), user).isEmpty()) {
            String email = name.toLowerCase(Locale.ROOT) + "@example.com";
            accounts.create(it.organisation(), user, email, name, secrets.next("nobody"), Set.of(Role.MEMBER));
        }
        return user;
    }

    private Application application(
            Installation it,
            int team,
            int project,
            @Nullable UserId user,
            String name,
            String provider,
            String model,
            String endpoint,
            int callsPerDay,
            int input,
            int output,
            double repeats) {
        KeyId key = KeyId.next();
        ledger.execute(new IssueKey(
                key,
                name,
                new Attribution(
                        it.organisation(), it.teams().get(team), it.projects().get(project), user),
                secrets.hash(secrets.next("demo")),
                Policy.DEFAULT,
                List.of(new BudgetLimit(Money.of("500"), BudgetWindow.MONTH, BudgetLimit.Kind.SOFT)),
                ZoneOffset.UTC,
                change()));
        return new Application(key, provider, model, endpoint, callsPerDay, input, output, repeats);
    }

    private static Change change() {
        return new Change("system:demo", Instant.now(), "demo data");
    }

    /** A call as it will be sent. */
    private record Planned(
            Application application, Instant at, String fingerprint, boolean fails, Map<String, String> claims) {}

    private List<Planned> calls(Application application, LocalDate date, int age) {
        boolean weekend = date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY;
        double share = (weekend ? 0.25 : 1) * (0.7 + age / 150.0) * (0.85 + random.nextDouble() * 0.3);
        int count = (int) Math.round(application.callsPerDay * share);
        boolean badDay = age == 41 && "openai".equals(application.provider);
        List<Planned> planned = new ArrayList<>();
        String last = "";
        Instant now = Instant.now();
        for (int i = 0; i < count; i++) {
            int second = 7 * 3600 + (int) (12 * 3600 * (i + random.nextDouble()) / count);
            Instant at = date.atStartOfDay(ZoneOffset.UTC)
                    .toInstant()
                    .plusSeconds(second)
                    .plusMillis(random.nextInt(1000));
            boolean repeat = !last.isEmpty() && random.nextDouble() < application.repeats;
            String fingerprint =
                    repeat ? last : Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
            last = fingerprint;
            boolean fails = badDay && random.nextInt(4) == 0;
            planned.add(new Planned(application, at, fingerprint, fails, Map.of("demo", "true")));
            for (int retry = 1; fails && retry <= 2; retry++) {
                // what an SDK does by itself
                Map<String, String> claims = Map.of("demo", "true", "retry", Integer.toString(retry));
                planned.add(new Planned(application, at.plusSeconds(2L * retry), fingerprint, retry == 1, claims));
            }
        }
        planned.removeIf(call -> call.at.isAfter(now));
        return planned;
    }

    private void send(Planned planned) {
        Application application = planned.application;
        Instant at = planned.at;
        CallId call = new CallId(CallId.PREFIX + TimeOrderedIds.at(at.toEpochMilli(), random));
        CallRequest request = new CallRequest(
                application.provider,
                application.endpoint,
                application.model,
                random.nextInt(3) > 0,
                planned.fingerprint,
                planned.claims);
        long latency = 300 + random.nextInt(4000);
        Map<TokenKind, Long> tokens = new EnumMap<>(TokenKind.class);
        tokens.put(TokenKind.INPUT, (long) (application.input * (0.3 + random.nextDouble() * 1.4)));
        if (application.output > 0) {
            tokens.put(TokenKind.INPUT_CACHED, random.nextInt(3) == 0 ? (long) application.input / 2 : 0L);
            tokens.put(TokenKind.OUTPUT, 1 + (long) (application.output * (0.2 + random.nextDouble() * 1.6)));
        }
        Usage usage = new Usage(Usage.Status.EXACT, tokens, Map.of(), null);
        Money hold = prices.bound(application.provider, application.model, at)
                .map(bound -> bound.of(application.input * 3L, Math.min(bound.maxOutput(), 4096)))
                .orElse(Money.ZERO);
        Instant end = at.plusMillis(latency);
        room.acquireUninterruptibly();
        ledger.submit(new AuthoriseCall(
                        application.key,
                        call,
                        request,
                        new Hold(hold, at.plus(Duration.ofMinutes(15)), "demo"),
                        PriceStatus.PRICED,
                        at))
                .thenCompose(decision -> decision instanceof Authorisation.Authorised
                        ? end(application, call, usage, end, latency, planned.fails)
                        : CompletableFuture.completedFuture(null))
                .whenComplete((answer, problem) -> {
                    failure.compareAndSet(null, problem);
                    room.release();
                });
        requireNoFailure();
    }

    private CompletableFuture<?> end(
            Application application, CallId call, Usage usage, Instant at, long latency, boolean fails) {
        CallEnd end = new CallEnd(
                fails ? null : application.model,
                fails ? 429 : 200,
                latency,
                fails ? CallEnd.Outcome.REFUSED_UPSTREAM : CallEnd.Outcome.COMPLETED,
                List.of());
        return fails
                ? ledger.submit(new ReleaseCall(application.key, call, end, at))
                : ledger.submit(new SettleCall(
                        application.key,
                        call,
                        usage,
                        prices.charge(application.provider, application.model, null, usage, at),
                        end,
                        at));
    }

    private void awaitAll() {
        room.acquireUninterruptibly(AT_ONCE);
        requireNoFailure();
    }

    private void requireNoFailure() {
        Throwable problem = failure.get();
        if (problem != null) {
            throw new IllegalStateException("the demo data could not be planted", problem);
        }
    }

    private static void progress(int done) {
        int width = 40 * done / (DAYS + 1);
        System.out.print("\rplanting demo data  [" + "#".repeat(width) + " ".repeat(40 - width) + "] " + done + " of "
                + (DAYS + 1) + " days");
        System.out.flush();
    }
}
