package dev.tidings.websocket;

import dev.tidings.auth.Tokens;
import dev.tidings.hub.Hub;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/**
 * What every conversation of this door needs.
 *
 * @param messageSize bytes of a client's message
 * @param faults      is told of faults of ours, with what happened
 */
record DoorOptions(Hub hub, Tokens tokens, Replies replies, int messageSize, InstantSource clock,
        BiConsumer<String, Throwable> faults) {
    long now() {
        return clock.millis();
    }
}
