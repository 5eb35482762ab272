package dev.tidings.simulation;

/** An invariant that does not hold, with what happened before. */
final class Violation extends AssertionError {
    private final transient String trace;

    Violation(String what, String trace) {
        super(what);
        this.trace = trace;
    }

    /** The last things that happened; empty unless the run was traced. */
    String trace() {
        return trace;
    }
}
