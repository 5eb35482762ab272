package dev.tidings.bench.scenarios;

import java.util.Set;

/**
 * One scenario: what it needs, what is done, and what may happen to clients and publishers without being a fault.
 *
 * @param name      as it is named on the command line
 * @param meaning   what is done, in words
 * @param plan      what it needs
 * @param tolerated what is no fault in it
 * @param act       what is done
 */
record Trial(String name, String meaning, Plan plan, Set<Tolerated> tolerated, Act act) {
    /** What is a fault in some scenarios and not in others. */
    enum Tolerated {
        /** Clients are told of gaps. */
        GAPS,
        /** Publishers are answered 503. */
        UNAVAILABLE,
        /** Sessions end. */
        ENDS,
        /** Sessions end without a word. */
        CUTS
    }

    /** What is done to the stage, with what is measured meanwhile. */
    @FunctionalInterface
    interface Act {
        void on(Stage stage, Outcome outcome);
    }
}
