package dev.tidings.hub;

import dev.tidings.session.Identity;
import java.util.List;

/**
 * What a client asks for when it introduces itself.
 *
 * @param identity   who it is; its server-side subscriptions are made, with the claim of the request of the same channel if there is one
 * @param prevClient the client id it had before; "" = none
 * @param pong       whether it answers keepalives
 * @param requests   channels to be subscribed to at once, and claims for server-side subscriptions
 * @param onlyClaims whether the requests are claims only: channels that the token does not bring are left out
 * @param partial    whether refused channels are reported instead of refusing everything
 */
public record ConnectRequest(Identity identity, String prevClient, boolean pong, List<SubscribeRequest> requests, boolean onlyClaims, boolean partial) {
}
