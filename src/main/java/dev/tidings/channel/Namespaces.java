package dev.tidings.channel;

import java.util.Map;

/** All namespaces of the hub, found by a channel's name. */
public final class Namespaces {
    private final Map<String, Namespace> byName;
    private final String privatePrefix;

    /** {@code byName} must hold {@link Namespace#DEFAULT_NAME}; channels that begin with {@code privatePrefix} need a token, "" = none do. */
    public Namespaces(Map<String, Namespace> byName, String privatePrefix) {
        this.byName = Map.copyOf(byName);
        this.privatePrefix = privatePrefix;
        if (!byName.containsKey(Namespace.DEFAULT_NAME)) {
            throw new IllegalArgumentException("there is no namespace \"default\"");
        }
    }

    /** The namespace of a channel; refused with {@link Refusal#UNKNOWN_CHANNEL} when there is none of that name. */
    public Namespace of(Channel channel) {
        String name = channel.name();
        int start = isPrivate(channel) ? privatePrefix.length() : 0;
        int colon = name.indexOf(':', start);
        Namespace found = colon <= start ? byName.get(Namespace.DEFAULT_NAME) : byName.get(name.substring(start, colon));
        if (found == null) {
            throw new RefusedException(Refusal.UNKNOWN_CHANNEL, "the namespace of channel \"" + abbreviated(name) + "\" is unknown");
        }
        return found;
    }

    /** Whether the channel begins with the private prefix. */
    public boolean isPrivate(Channel channel) {
        return !privatePrefix.isEmpty() && channel.name().startsWith(privatePrefix);
    }

    private static String abbreviated(String name) {
        return name.length() <= 64 ? name : name.substring(0, Character.isHighSurrogate(name.charAt(63)) ? 63 : 64) + "...";
    }
}
