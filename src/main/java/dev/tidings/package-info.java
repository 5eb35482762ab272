/**
 * Tidings: a real-time delivery hub. Clients hold a WebSocket or an SSE stream to it and receive what back ends publish to channels.
 *
 * <p><b>The promise.</b> Whatever happens to a node, a network or a store: a client gets every publication once and in order, or is told precisely what it
 * may have missed.
 *
 * <h2>Words</h2>
 * A <i>channel</i> belongs to a <i>namespace</i>, which holds its options. What is published to it is a <i>publication</i>. With <i>history</i>, a
 * publication has a <i>position</i> = (epoch, offset) in the channel's stream. A client holds a <i>connection</i>; the hub holds its <i>session</i>, on one
 * <i>lane</i>: a serial executor, one per event loop. A session has <i>subscriptions</i>. <i>Recovery</i> gives a client that comes back what it missed; a
 * <i>gap</i> says what it may have missed. <i>Presence</i> knows a channel's <i>members</i>. The <i>broker</i> orders and keeps publications; the <i>hub</i> is
 * this node. <i>Admission</i> decides who may connect, a <i>disconnect</i> is a reason for an end, a <i>drain</i> moves everybody away, and a <i>rebalance</i>
 * moves some to nodes that have fewer.
 *
 * <h2>Packages, and who may know whom</h2>
 * <pre>
 *   channel                                    the nouns; knows nobody
 *   session   broker   presence                know channel
 *   hub                                        knows these four.         The five need only the JDK.
 *   redis                                      what nodes share: knows channel, broker, presence; the only one that knows Redis
 *   protocol                                   its texts, JSON and queries: knows the five
 *   auth                                       tokens to identities: knows channel, session
 *   api   sse   websocket                      the doors: know hub, session, broker, presence, channel, protocol, auth; not each other
 *   app                                        composition: knows all; nobody knows it
 * </pre>
 * {@code ArchitectureTest} holds these arrows.
 *
 * <h2>One publication, from POST to the wire</h2>
 * <ol>
 * <li>{@code api.PublishResource} reads the body into a {@code hub.PublishRequest} and asks {@code auth} who calls;</li>
 * <li>{@code hub.Hub#publish} refuses what is not granted or over a limit and hands the rest to the broker;</li>
 * <li>{@code broker.MemoryBroker#publish}, atomically: idempotency key, condition, version, next offset, append; or {@code redis.RedisBroker},
 * whose package tells that part of the way; then it hands it to</li>
 * <li>{@code hub.Subscriptions#published}, which finds the lanes that have subscribers and offers it to each ({@code Lane});</li>
 * <li>{@code hub.Lane}, in its next turn, gives everything pending to {@code LaneSubscribers}, 512 subscriptions at a time;</li>
 * <li>{@code hub.Subscription#deliver}: seen: skipped; recovering: parked; a hole: read from history, else a gap; next: sent;</li>
 * <li>{@code websocket.SocketWire} or {@code sse.StreamWire} takes the bytes that {@code session.Delivery} has encoded once for all, and puts them into the
 * session's {@code Outbox};</li>
 * <li>at the end of the turn each touched {@code session.Session} is flushed: one write of everything pending, through {@code session.Transport}.</li>
 * </ol>
 */
package dev.tidings;
