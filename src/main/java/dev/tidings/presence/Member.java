package dev.tidings.presence;

import dev.tidings.channel.ClientInfo;

/**
 * A client in a channel.
 *
 * @param info      who it is; its client id is the key
 * @param claim     the id of the session that claimed the entry last: only that one may remove it
 * @param expiresAt milliseconds since 1970 after which it counts as gone unless refreshed
 */
public record Member(ClientInfo info, String claim, long expiresAt) {
}
