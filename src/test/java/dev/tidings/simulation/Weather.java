package dev.tidings.simulation;

import java.util.SplittableRandom;

/**
 * What goes wrong in one run, and how often. Each seed switches a different part of it on: a run in which everything fails at once explores less than
 * many in which a few things fail (swarm testing).
 */
final class Weather {
    /** Whether broker and presence answer at once, on the caller's thread, as those in memory do. */
    final boolean instantBroker;
    /** Whether a write is taken by the network before the call returns. */
    final boolean instantWrites;
    final long brokerLatencyMicros;
    final long linkLatencyMicros;
    final long networkLatencyMicros;
    final long loopLatencyMicros;
    final double drops;
    final double doubles;
    final double failingReads;
    final double failingSubscribes;
    final double failingPresence;
    final double unknownOutcomes;
    final double stalls;
    final double cuts;
    final double changes;
    final double wipes;
    final double holds;
    final double bursts;
    final double outages;
    final boolean shedding;
    final boolean ages;
    final boolean smallQueue;
    final boolean secondNode;
    final boolean scarceAdmission;

    Weather(SplittableRandom random) {
        instantBroker = random.nextInt(5) == 0;
        instantWrites = random.nextInt(6) == 0;
        brokerLatencyMicros = pick(random, 200, 5_000, 300_000);
        linkLatencyMicros = pick(random, 200, 5_000, 500_000);
        networkLatencyMicros = pick(random, 500, 20_000, 400_000);
        loopLatencyMicros = pick(random, 100, 1_000, 50_000);
        boolean loses = !instantBroker;
        drops = loses ? sometimes(random, 0.2) : 0;
        doubles = loses ? sometimes(random, 0.2) : 0;
        failingReads = sometimes(random, 0.3);
        failingSubscribes = sometimes(random, 0.2);
        failingPresence = sometimes(random, 0.2);
        unknownOutcomes = sometimes(random, 0.2);
        stalls = sometimes(random, 0.4);
        cuts = sometimes(random, 0.5);
        changes = sometimes(random, 0.5);
        wipes = sometimes(random, 0.3);
        holds = sometimes(random, 0.3);
        bursts = sometimes(random, 0.3);
        outages = loses ? sometimes(random, 0.3) : 0;
        shedding = random.nextInt(6) == 0;
        ages = random.nextInt(5) == 0;
        smallQueue = random.nextInt(3) == 0;
        secondNode = !instantBroker && random.nextInt(4) == 0;
        scarceAdmission = random.nextInt(10) == 0;
    }

    private static long pick(SplittableRandom random, long... values) {
        return values[random.nextInt(values.length)];
    }

    /** Off in half of the runs, else up to {@code most}. */
    private static double sometimes(SplittableRandom random, double most) {
        return random.nextBoolean() ? 0 : random.nextDouble() * most;
    }

    /** Whether what is published reaches every node, and clients come back without delay. */
    boolean losesNothing() {
        return drops == 0 && outages == 0 && !smallQueue && !scarceAdmission && !ages;
    }

    /** Whether joins and leaves can't be lost, so that what members were told must agree with who is there. */
    boolean tellsMembersSurely() {
        boolean linksAreWhole = drops == 0 && outages == 0 && !smallQueue && !secondNode;
        return linksAreWhole && stalls == 0 && failingReads == 0 && failingPresence == 0 && bursts == 0 && wipes == 0;
    }
}
