/**
 * What several nodes share, kept in Redis: streams, members, and what nodes tell each other. The only package that knows Redis.
 *
 * <h2>The way of a publication here</h2>
 * <ol>
 * <li>{@link dev.tidings.redis.RedisBroker} adds the last position that this node knows of the stream, and hands it to</li>
 * <li>{@link dev.tidings.redis.RedisStore}: one script, {@code redis/publish.lua}, on the {@code Pipeline} that the channel's hash chooses, of the
 * {@code Master} that has its slot;</li>
 * <li>the script appends and publishes; every node with subscribers has its {@code Link} to that master subscribed to the channel;</li>
 * <li>{@code Feed}, in {@code RedisBroker}: seen: dropped; a hole: filled from history once for the whole node; next: handed to the hub.</li>
 * </ol>
 *
 * <p>{@code RedisBroker} and {@code Feed} need only the JDK: the store is a seam behind which a simulation can stand.
 */
package dev.tidings.redis;
