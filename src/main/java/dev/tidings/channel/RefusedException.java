package dev.tidings.channel;

/** A request that is refused for a reason its sender can be told. Carries no stack trace: it is an answer, not a fault. */
public class RefusedException extends RuntimeException {
    private final Refusal refusal;

    /** A refusal with its standard text. */
    public RefusedException(Refusal refusal) {
        this(refusal, refusal.message());
    }

    /** A refusal that says what is wrong; {@code detail} names field and value, and never holds a token or a payload. */
    public RefusedException(Refusal refusal, String detail) {
        super(detail, null, false, false);
        this.refusal = refusal;
    }

    /** A malformed request; {@code detail} names field and value. */
    public static RefusedException badRequest(String detail) {
        return new RefusedException(Refusal.BAD_REQUEST, detail);
    }

    /** The reason from the table. */
    public Refusal refusal() {
        return refusal;
    }
}
