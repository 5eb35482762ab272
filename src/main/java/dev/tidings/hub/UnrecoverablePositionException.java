package dev.tidings.hub;

import dev.tidings.broker.History;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;

/** What follows a position is not all retained. Tells the stream's position and its oldest retained offset, from which a reader can go on. */
public final class UnrecoverablePositionException extends RefusedException {
    private final transient History history;

    UnrecoverablePositionException(History history) {
        super(Refusal.UNRECOVERABLE_POSITION, "the position can't be recovered; the oldest retained offset is " + history.oldest());
        this.history = history;
    }

    /** The stream when it was asked. */
    public History history() {
        return history;
    }
}
