package dev.tidings.testing;

import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespace.RecoveryMode;
import dev.tidings.channel.Who;
import java.time.Duration;

/** Builds a namespace for a test, which says of it only what the test is about: at first there is no history, no presence, and anyone may do anything. */
public final class NamespaceBuilder {
    private final String name;
    private int historySize;
    private Duration historyTtl = Duration.ZERO;
    private Duration metaTtl = Duration.ofHours(720);
    private RecoveryMode recovery = RecoveryMode.NONE;
    private boolean presence;
    private boolean joinLeave;
    private Who subscribe = Who.ANYONE;
    private Who publish = Who.ANYONE;
    private Who history = Who.ANYONE;
    private Who presenceRead = Who.ANYONE;
    private boolean ephemeralPublish;
    private boolean userChannels;
    private int maxPublishSize = 65_536;

    private NamespaceBuilder(String name) {
        this.name = name;
    }

    /** A namespace of that name. */
    public static NamespaceBuilder namespace(String name) {
        return new NamespaceBuilder(name);
    }

    /** It retains publications, without recovering them. */
    public NamespaceBuilder history(int size, Duration ttl) {
        historySize = size;
        historyTtl = ttl;
        return this;
    }

    /** It retains publications for an hour and recovers them. */
    public NamespaceBuilder recovers(RecoveryMode mode, int size) {
        recovery = mode;
        return history(size, Duration.ofHours(1));
    }

    /** Positions outlive the last publication by this time. */
    public NamespaceBuilder metaTtl(Duration ttl) {
        metaTtl = ttl;
        return this;
    }

    /** It keeps members and announces them. */
    public NamespaceBuilder members() {
        presence = true;
        joinLeave = true;
        return this;
    }

    /** It keeps members and does not announce them. */
    public NamespaceBuilder silentMembers() {
        presence = true;
        return this;
    }

    /** Who may subscribe, publish, read history and read presence. */
    public NamespaceBuilder who(Who mayRead, Who mayPublish, Who mayReadHistory, Who mayReadPresence) {
        subscribe = mayRead;
        publish = mayPublish;
        history = mayReadHistory;
        presenceRead = mayReadPresence;
        return this;
    }

    /** Clients may publish past the history. */
    public NamespaceBuilder ephemeral() {
        ephemeralPublish = true;
        return this;
    }

    /** Users may be named behind a {@code #}. */
    public NamespaceBuilder userChannels() {
        userChannels = true;
        return this;
    }

    /** Data may have this many bytes. */
    public NamespaceBuilder maxPublishSize(int bytes) {
        maxPublishSize = bytes;
        return this;
    }

    /** The namespace. */
    public Namespace build() {
        return new Namespace(name, historySize, historyTtl, metaTtl, recovery, presence, joinLeave, subscribe, publish, history, presenceRead, ephemeralPublish,
                userChannels, maxPublishSize);
    }
}
