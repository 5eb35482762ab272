package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.session.Identity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    /** The subscriptions to make: those that the token brings, by name, with the claims of the requests, and what else is asked for. */
    List<SubscribeRequest> wanted() {
        Map<Channel, SubscribeRequest> byChannel = new LinkedHashMap<>();
        identity.subscriptions().keySet().stream().sorted().forEach(channel -> byChannel.put(channel, SubscribeRequest.to(channel)));
        for (SubscribeRequest each : requests) {
            if (!onlyClaims || byChannel.containsKey(each.channel())) {
                byChannel.put(each.channel(), each);
            }
        }
        return List.copyOf(byChannel.values());
    }
}
