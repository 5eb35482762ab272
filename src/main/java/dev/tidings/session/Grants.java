package dev.tidings.session;

import dev.tidings.channel.Channel;
import java.util.List;

/**
 * What a token allows, as patterns of channels: a literal, or a literal with one trailing {@code *}.
 *
 * @param subscribe channels it may subscribe to
 * @param publish   channels it may publish to
 * @param presence  channels whose presence it may read
 * @param history   channels whose history it may read
 * @param everything whether it may do anything: the insecure mode, which has no tokens
 */
public record Grants(List<String> subscribe, List<String> publish, List<String> presence, List<String> history, boolean everything) {
    /** Nothing is granted. */
    public static final Grants NONE = new Grants(List.of(), List.of(), List.of(), List.of(), false);
    /** Anything is granted. */
    public static final Grants EVERYTHING = new Grants(List.of(), List.of(), List.of(), List.of(), true);
    /** The most patterns in one list: each check reads them all. */
    public static final int MAX_PATTERNS = 256;

    public Grants {
        subscribe = List.copyOf(subscribe);
        publish = List.copyOf(publish);
        presence = List.copyOf(presence);
        history = List.copyOf(history);
    }

    /** What can be granted. */
    public enum Action { SUBSCRIBE, PUBLISH, PRESENCE, HISTORY }

    /** Whether the action is granted on the channel. */
    public boolean allow(Action action, Channel channel) {
        if (everything) {
            return true;
        }
        for (String pattern : patterns(action)) {
            if (matches(pattern, channel.name())) {
                return true;
            }
        }
        return false;
    }

    private List<String> patterns(Action action) {
        return switch (action) {
            case SUBSCRIBE -> subscribe;
            case PUBLISH -> publish;
            case PRESENCE -> presence;
            case HISTORY -> history;
        };
    }

    private static boolean matches(String pattern, String name) {
        int last = pattern.length() - 1;
        return last >= 0 && pattern.charAt(last) == '*' ? name.regionMatches(0, pattern, 0, last) : name.equals(pattern);
    }
}
