package dev.tidings.redis;

import java.util.concurrent.CompletableFuture;

/** A channel of Redis that this node wants to hear, on whichever {@link Link} it is: it keeps its state when it moves to another. Any thread. */
final class Wanted {
    final String name;
    final int slot;
    final Receiver receiver;
    /** Completes when the link has confirmed it for the first time. */
    final CompletableFuture<Void> ready = new CompletableFuture<>();
    private volatile boolean isConfirmed;

    /** What is done with what is heard. The calls come in order. */
    interface Receiver {
        /** Something was published. */
        void received(byte[] payload);

        /** It was not heard for a while, and is again. */
        void resubscribed();
    }

    Wanted(String name, int slot, Receiver receiver) {
        this.name = name;
        this.slot = slot;
        this.receiver = receiver;
    }

    /** The link says that it is subscribed. */
    void confirmed() {
        isConfirmed = true;
        if (!ready.complete(null)) {
            receiver.resubscribed();
        }
    }

    /** Its link broke, or it moves to another one. */
    void unconfirmed() {
        isConfirmed = false;
    }

    boolean isConfirmed() {
        return isConfirmed;
    }
}
