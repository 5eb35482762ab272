package dev.tidings.channel;

/** Who of the clients may do a thing in a namespace. API keys are back ends, not clients: their scopes decide. */
public enum Who {
    /** No client, whatever its token says. */
    NOBODY,
    /** A client whose token grants it. */
    TOKEN,
    /** Any session with a user. */
    AUTHENTICATED,
    /** Anonymous sessions too. */
    ANYONE,
    /** Whoever is subscribed to the channel now; not for subscribing itself. */
    SUBSCRIBER
}
