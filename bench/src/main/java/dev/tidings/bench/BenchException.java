package dev.tidings.bench;

/** A measurement can't be made or is worthless; the text says why, for the person who asked for it. */
final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String reason) {
        super(reason);
    }
}
