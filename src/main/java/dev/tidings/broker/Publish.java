package dev.tidings.broker;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.RefusedException;
import java.util.Optional;

/**
 * A request to publish.
 *
 * @param channel      where to
 * @param namespace    the channel's namespace
 * @param publication  what; epoch, offset and time are the broker's to fill in
 * @param key          makes repetitions harmless
 * @param condition    the top that the stream must have; epoch "" and offset 0 = empty
 * @param versionEpoch within which {@link Publication#version} counts
 * @param skipHistory  whether it passes by the history and so has no offset
 */
public record Publish(Channel channel, Namespace namespace, Publication publication, Optional<IdempotencyKey> key, Optional<Position> condition,
        String versionEpoch, boolean skipHistory) {
    /** The longest idempotency key and version epoch, in characters. */
    public static final int MAX_KEY_LENGTH = 255;

    public Publish {
        if (versionEpoch.length() > MAX_KEY_LENGTH) {
            throw RefusedException.badRequest("\"version_epoch\" is longer than " + MAX_KEY_LENGTH + " characters");
        }
    }

    /** Whether the publication gets a place in the channel's stream. */
    public boolean isRetained() {
        return namespace.hasHistory() && !skipHistory;
    }

    /**
     * Makes repetitions of a request harmless for {@link MemoryBroker#IDEMPOTENCY_WINDOW}.
     *
     * @param scope       who the key belongs to
     * @param key         the publisher's key, 1 to {@link #MAX_KEY_LENGTH} characters
     * @param payloadHash tells a repetition from another request with the same key
     */
    public record IdempotencyKey(String scope, String key, String payloadHash) {
        public IdempotencyKey {
            if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
                throw RefusedException.badRequest("\"idempotency_key\" must have 1 to " + MAX_KEY_LENGTH + " characters");
            }
        }
    }
}
