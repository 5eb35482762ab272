package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.channel.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * What a back end or client asks to be published.
 *
 * @param data           JSON in UTF-8 without line breaks outside strings
 * @param event          the application's name for this kind of publication; "" = none
 * @param id             the application's id; "" = none
 * @param tags           what filters look at
 * @param info           who published, as a back end says; a client's own is filled in by the hub
 * @param skipHistory    whether it passes by the history
 * @param idempotencyKey makes a repetition harmless; "" = none
 * @param condition      the top that the stream must have
 * @param version        the version of the channel's document; 0 = none
 * @param versionEpoch   within which the version counts
 * @param exclude        client ids that must not receive it
 */
public record PublishRequest(Channel channel, byte[] data, String event, String id, Map<String, String> tags, ClientInfo info, boolean skipHistory,
        String idempotencyKey, Optional<Position> condition, long version, String versionEpoch, Set<String> exclude) {
    /** Tags of a publication. */
    public static final int MAX_TAGS = 32;
    /** Bytes of a tag's name, and of its value. */
    public static final int MAX_TAG_BYTES = 256;
    /** Characters of an event's name and of an id. */
    public static final int MAX_NAME_LENGTH = 255;
    /** Client ids that one publication may exclude. */
    public static final int MAX_EXCLUDED = 100;

    public PublishRequest {
        checkName("event", event);
        checkName("id", id);
        if (event.equals("tidings") || event.equals("mercure")) {
            throw RefusedException.badRequest("\"event\" is \"" + event + "\", which names the hub's own events");
        }
        if (version < 0) {
            throw RefusedException.badRequest("\"version\" is " + version + ", allowed is 0 or more");
        }
    }

    private static void checkName(String field, String text) {
        if (text.length() > MAX_NAME_LENGTH) {
            throw RefusedException.badRequest("\"" + field + "\" is longer than " + MAX_NAME_LENGTH + " characters");
        }
        if (Channel.hasForbiddenCharacter(text)) {
            throw RefusedException.badRequest("\"" + field + "\" has a control or format character");
        }
    }

    /** The same to another channel. */
    public PublishRequest to(Channel other) {
        return new PublishRequest(other, data, event, id, tags, info, skipHistory, idempotencyKey, condition, version, versionEpoch, exclude);
    }

    /** The same, kept from these clients. */
    public PublishRequest excluding(Set<String> clients) {
        return new PublishRequest(channel, data, event, id, tags, info, skipHistory, idempotencyKey, condition, version, versionEpoch, Set.copyOf(clients));
    }

    /** The same, past the history if {@code ephemeral}. */
    public PublishRequest passing(boolean ephemeral) {
        return new PublishRequest(channel, data, event, id, tags, info, skipHistory || ephemeral, idempotencyKey, condition, version, versionEpoch, exclude);
    }

    /** Tells a repetition from another request with the same idempotency key: a hash of everything that would be delivered. */
    String payloadHash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(data);
            StringJoiner members = new StringJoiner("\0", "\0", "").add(event).add(id).add(Long.toString(version)).add(versionEpoch).add(Boolean.toString(skipHistory));
            new TreeMap<>(tags).forEach((tag, value) -> members.add(tag).add(value));
            digest.update(members.toString().getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().withoutPadding().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform must have", e);
        }
    }
}
