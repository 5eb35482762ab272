package dev.tidings.bench;

/** The command line is wrong; the text says what about it. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String reason) {
        super(reason);
    }
}
