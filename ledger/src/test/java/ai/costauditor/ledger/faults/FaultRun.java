package ai.costauditor.ledger.faults;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** A seeded order of faults under load; after each the account must be right. */
final class FaultRun {

    /** A database is left for a fresh one after so many faults, so that counting everything again stays quick. */
    private static final int FAULTS_PER_CHAPTER = 20;

    private final long seed;
    private final Random random;
    private final Consumer<String> say;
    private final Map<Fault, List<Duration>> suffered = new EnumMap<>(Fault.class);
    private Account.Sums sums = new Account.Sums(0, 0, 0, 0, 0, 0);
    private Account.Wrongs wrongs = new Account.Wrongs(0, 0, 0, 0);
    private int chapters;
    private long end;

    FaultRun(long seed, Consumer<String> say) {
        this.seed = seed;
        this.random = new Random(seed);
        this.say = say;
    }

    /**
     * Ends at the first thing that is wrong.
     *
     * @param kills of processes and of PostgreSQL, in equal parts; between two of them something else breaks
     * @param atMost it ends with the fault in which this time is over
     */
    FaultRun run(int kills, Duration atMost) throws IOException, SQLException, InterruptedException {
        List<Fault> faults = faults(kills);
        end = System.nanoTime() + atMost.toNanos();
        try (KillablePostgres server = new KillablePostgres()) {
            for (int from = 0; from < faults.size() && wrongs.areNone() && isTimeLeft(); from += FAULTS_PER_CHAPTER) {
                chapter(server, faults.subList(from, Math.min(from + FAULTS_PER_CHAPTER, faults.size())));
            }
        }
        return this;
    }

    private boolean isTimeLeft() {
        return System.nanoTime() < end;
    }

    private List<Fault> faults(int kills) {
        List<Fault> kill = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            kill.add(i % 2 == 0 ? Fault.PROCESS_KILLED : Fault.POSTGRES_KILLED);
        }
        Collections.shuffle(kill, random);
        List<Fault> others = new ArrayList<>(List.of(Fault.values()));
        others.removeIf(Fault::isKill);
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < Math.max(kills, others.size()); i++) {
            if (i < kills) {
                faults.add(kill.get(i));
            }
            faults.add(others.get(i % others.size()));
        }
        return faults;
    }

    private void chapter(KillablePostgres server, List<Fault> faults)
            throws IOException, SQLException, InterruptedException {
        chapters++;
        try (Chapter chapter = new Chapter(server, random, say)) {
            for (Fault fault : faults) {
                if (!isTimeLeft()) {
                    break;
                }
                say.accept(fault.description + " …");
                suffered.computeIfAbsent(fault, kind -> new ArrayList<>()).add(chapter.suffer(fault));
                wrongs = wrongs.plus(chapter.account().wrongs());
                if (!wrongs.areNone()) {
                    return;
                }
            }
            wrongs = wrongs.plus(chapter.end());
            sums = sums.plus(chapter.account().sums());
        }
    }

    Account.Wrongs wrongs() {
        return wrongs;
    }

    private static double secondsAt(List<Duration> all, double part) {
        List<Duration> sorted = all.stream().sorted().toList();
        return sorted.get((int) Math.round(part * (sorted.size() - 1))).toMillis() / 1000.0;
    }

    String report() {
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "seed %d, %d databases, two processes on every key%n", seed, chapters));
        text.append(String.format(Locale.ROOT, "%-76s %6s %14s %8s%n", "fault", "times", "calls again s", "longest"));
        suffered.forEach((fault, times) -> text.append(String.format(
                Locale.ROOT,
                "%-76s %6d %14.1f %8.1f%n",
                fault.description,
                times.size(),
                secondsAt(times, 0.5),
                secondsAt(times, 1))));
        return text.append(String.format(
                        Locale.ROOT,
                        "%,d events; %,d settlements acknowledged; %,d callers told to try again; %,d refusals recorded;"
                                + " %,d holds of the dead ended as unresolved; %,d holds in doubt released%n"
                                + "settlements missing: %d; limits passed: %d; other differences in the check: %d; holds left open: %d%n",
                        sums.events(),
                        sums.acknowledged(),
                        sums.unavailable(),
                        sums.refused(),
                        sums.expired(),
                        sums.releasedAfterDoubt(),
                        wrongs.missing(),
                        wrongs.limitsPassed(),
                        wrongs.differences(),
                        wrongs.leftOpen()))
                .toString();
    }

    String json() {
        List<String> faults = new ArrayList<>();
        suffered.forEach((fault, times) -> faults.add(String.format(
                Locale.ROOT,
                "    \"%s\": {\"times\": %d, \"calls_again_seconds\": %.2f, \"longest_seconds\": %.2f}",
                fault.name().toLowerCase(Locale.ROOT),
                times.size(),
                secondsAt(times, 0.5),
                secondsAt(times, 1))));
        return "{\n  \"seed\": " + seed + ",\n  \"faults\": {\n" + String.join(",\n", faults) + "\n  },\n"
                + "  \"events\": " + sums.events() + ",\n  \"acknowledged\": " + sums.acknowledged()
                + ",\n  \"told_to_try_again\": " + sums.unavailable() + ",\n  \"expired\": " + sums.expired()
                + ",\n  \"released_after_doubt\": " + sums.releasedAfterDoubt()
                + ",\n  \"settlements_missing\": " + wrongs.missing() + ",\n  \"limits_passed\": "
                + wrongs.limitsPassed()
                + ",\n  \"other_differences\": " + wrongs.differences() + ",\n  \"holds_left_open\": "
                + wrongs.leftOpen()
                + "\n}\n";
    }
}
