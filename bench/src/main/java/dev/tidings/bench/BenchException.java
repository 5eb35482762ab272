package dev.tidings.bench;

/** A measurement can't be made or is worthless; the text says why, for the person who asked for it. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the reason as its text. */
    public BenchException(String reason) {
        super(reason);
    }
}
