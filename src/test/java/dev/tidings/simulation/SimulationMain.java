package dev.tidings.simulation;

import java.util.Optional;

/** Runs many seeds, for as long as one likes: {@code SimulationMain FIRST COUNT}; with {@code SimulationMain SEED} replays one and prints its trace. */
public final class SimulationMain {
    private static final int MOST_FAILURES = 20;

    private SimulationMain() {
    }

    public static void main(String[] args) {
        long first = Long.parseLong(args[0]);
        if (args.length == 1) {
            System.out.println(Simulation.replay(first).orElse("seed " + first + ": every invariant holds"));
            return;
        }
        long count = Long.parseLong(args[1]);
        long started = System.nanoTime();
        int failures = 0;
        for (long seed = first; seed < first + count && failures < MOST_FAILURES; seed++) {
            Optional<String> broken = Simulation.run(seed);
            if (broken.isPresent()) {
                failures++;
                System.out.println("seed " + seed + ": " + broken.get());
            }
            if ((seed - first + 1) % 10_000 == 0) {
                report(seed - first + 1, started);
            }
        }
        report(count, started);
        System.exit(failures == 0 ? 0 : 1);
    }

    private static void report(long seeds, long started) {
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf("%d seeds in %.1f s, %.0f a second%n", seeds, seconds, seeds / seconds);
    }
}
