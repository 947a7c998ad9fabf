package ai.costauditor.gateway;

import java.time.Duration;

/** {@code bench/run fuzz --minutes N --seed S}: as long as one likes. */
final class FuzzRun {

    private FuzzRun() {}

    public static void main(String[] args) throws Exception {
        double minutes = 5;
        long seed = System.nanoTime();
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--minutes" -> minutes = Double.parseDouble(args[i + 1]);
                case "--seed" -> seed = Long.parseLong(args[i + 1]);
                default -> {
                    System.err.println("usage: bench/run fuzz [--minutes 5] [--seed N]");
                    System.exit(2);
                }
            }
        }
        System.out.printf("seed %d, %s minutes%n", seed, minutes);
        long end =
                System.nanoTime() + Duration.ofMillis((long) (minutes * 60_000)).toNanos();
        Fuzz fuzz = new Fuzz();
        long rounds = 0;
        long calls = 0;
        GatewayForTests gateway = GatewayForTests.ofAllProviders();
        while (System.nanoTime() < end) {
            for (int i = 0; i < 200; i++) {
                fuzz.meter(seed + rounds++);
            }
            fuzz.call(gateway, seed + calls++);
        }
        System.out.printf(
                "%d answers metered, %d calls through the gateway, nothing thrown, nothing lost%n", rounds, calls);
        System.exit(0);
    }
}
