package dev.tidings.bench;

/** The command line is wrong; the text says what about it. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what is wrong as its text. */
    public UsageException(String reason) {
        super(reason);
    }
}
