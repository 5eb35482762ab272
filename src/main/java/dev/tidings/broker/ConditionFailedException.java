package dev.tidings.broker;

import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;

/** The stream's top is not the one that a publisher made its condition. Tells the top that it is. */
public final class ConditionFailedException extends RefusedException {
    private final Position top;

    public ConditionFailedException(Position top) {
        super(Refusal.CONDITION_FAILED, "condition failed: the stream is at offset " + top.offset());
        this.top = top;
    }

    /** The stream's top when the condition was checked. */
    public Position top() {
        return top;
    }
}
