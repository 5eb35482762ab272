package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.RefusedException;
import java.util.List;
import java.util.Map;

/**
 * The answer to a connect: the session is introduced. Whoever gets it tells the client, then calls {@link #goLive}, in the same turn of the lane.
 *
 * @param client     the client id
 * @param subscribed the subscriptions made with the connection
 * @param refused    channels that were refused, where the client accepts that
 */
public record Connected(String client, List<Subscribed> subscribed, Map<Channel, RefusedException> refused) {
    /** Lets the subscriptions send. */
    public void goLive() {
        subscribed.forEach(subscription -> subscription.goLive().run());
    }
}
