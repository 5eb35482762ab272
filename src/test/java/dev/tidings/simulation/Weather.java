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
    /** Whether the nodes share a Redis, and not a broker in memory. */
    final boolean redis;
    /** Nodes at the beginning. */
    final int nodeCount;
    final double restarts;
    final double failovers;
    /** Whether more nodes come in mid-run. */
    final boolean grows;
    /** Whether there are so many clients that nodes even them out among themselves. */
    final boolean rebalances;

    Weather(SplittableRandom random, boolean redis) {
        this.redis = redis;
        instantBroker = random.nextInt(5) == 0 && !redis;
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
        boolean two = !instantBroker && random.nextInt(4) == 0;
        boolean scarce = random.nextInt(10) == 0;
        restarts = redis ? sometimes(random, 0.3) : 0;
        failovers = redis ? sometimes(random, 0.4) : 0;
        rebalances = redis && random.nextInt(60) == 0;
        grows = redis && (rebalances || random.nextInt(3) == 0);
        nodeCount = !redis ? two ? 2 : 1 : random.nextInt(1, rebalances ? 3 : 5);
        secondNode = nodeCount > 1 || grows;
        scarceAdmission = scarce && !rebalances;
    }

    private static long pick(SplittableRandom random, long... values) {
        return values[random.nextInt(values.length)];
    }

    /** Off in half of the runs, else up to {@code most}. */
    private static double sometimes(SplittableRandom random, double most) {
        return random.nextBoolean() ? 0 : random.nextDouble() * most;
    }

    /** Whether what is published reaches every node, soon after the links are whole again, and clients come back without delay. */
    boolean losesNothing() {
        return drops == 0 && (outages == 0 || redis) && !smallQueue && !scarceAdmission && !ages;
    }

    /** Whether joins and leaves can't be lost, so that what members were told must agree with who is there. */
    boolean tellsMembersSurely() {
        boolean linksAreWhole = drops == 0 && outages == 0 && restarts == 0 && failovers == 0 && !smallQueue && !secondNode;
        return linksAreWhole && stalls == 0 && failingReads == 0 && failingPresence == 0 && bursts == 0 && wipes == 0;
    }
}
