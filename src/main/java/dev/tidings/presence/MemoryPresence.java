package dev.tidings.presence;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The presence of a node that is alone. A channel's members are changed inside {@code compute} of the concurrent map, which makes each change atomic
 * for its channel and removes the channel with its last member. Bounded by the sessions there are, and those that ended a moment ago, and the channels
 * each may have.
 */
public final class MemoryPresence implements Presence {
    private final Map<Channel, Map<String, Member>> channels = new ConcurrentHashMap<>();
    private final Map<String, Owner> owners = new ConcurrentHashMap<>();
    private final InstantSource clock;
    private final long ttlMillis;

    private record Owner(String user, String claim, long expiresAt) {
    }

    /** A presence whose members live {@code ttl} unless refreshed. */
    public MemoryPresence(InstantSource clock, Duration ttl) {
        this.clock = clock;
        this.ttlMillis = ttl.toMillis();
    }

    @Override
    public CompletionStage<Boolean> enter(Channel channel, ClientInfo info, String claim) {
        return CompletableFuture.completedStage(put(channel, info, claim));
    }

    private boolean put(Channel channel, ClientInfo info, String claim) {
        long now = clock.millis();
        boolean[] isNew = new boolean[1];
        channels.compute(channel, (_, members) -> {
            Map<String, Member> changed = members == null ? new LinkedHashMap<>() : members;
            Member before = changed.put(info.client(), new Member(info, claim, now + ttlMillis));
            isNew[0] = before == null || before.expiresAt() <= now;
            return changed;
        });
        return isNew[0];
    }

    @Override
    public CompletionStage<Boolean> leave(Channel channel, String client, String claim) {
        boolean[] removed = new boolean[1];
        channels.computeIfPresent(channel, (_, members) -> {
            Member member = members.get(client);
            if (member != null && member.claim().equals(claim)) {
                members.remove(client);
                removed[0] = true;
            }
            return members.isEmpty() ? null : members;
        });
        return CompletableFuture.completedStage(removed[0]);
    }

    @Override
    public CompletionStage<Void> refresh(Channel channel, ClientInfo info, String claim) {
        channels.compute(channel, (_, members) -> {
            Map<String, Member> changed = members == null ? new LinkedHashMap<>() : members;
            Member member = changed.get(info.client());
            if (member == null || member.claim().equals(claim)) {
                changed.put(info.client(), new Member(info, claim, clock.millis() + ttlMillis));
            }
            return changed;
        });
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Map<String, ClientInfo>> members(Channel channel) {
        long now = clock.millis();
        Map<String, ClientInfo> found = new LinkedHashMap<>();
        channels.computeIfPresent(channel, (_, members) -> {
            members.forEach((client, member) -> {
                if (member.expiresAt() > now) {
                    found.put(client, member.info());
                }
            });
            return members;
        });
        return CompletableFuture.completedStage(found);
    }

    @Override
    public CompletionStage<Stats> stats(Channel channel) {
        return members(channel).thenApply(members -> {
            Set<String> users = new HashSet<>();
            members.values().forEach(info -> users.add(info.user()));
            return new Stats(members.size(), users.size());
        });
    }

    @Override
    public CompletionStage<List<Departed>> expire() {
        long now = clock.millis();
        List<Departed> departed = new ArrayList<>();
        for (Channel channel : channels.keySet()) {
            channels.computeIfPresent(channel, (_, members) -> {
                members.values().removeIf(member -> {
                    boolean over = member.expiresAt() <= now;
                    if (over) {
                        departed.add(new Departed(channel, member.info()));
                    }
                    return over;
                });
                return members.isEmpty() ? null : members;
            });
        }
        owners.values().removeIf(owner -> owner.expiresAt <= now);
        return CompletableFuture.completedStage(departed);
    }

    @Override
    public CompletionStage<Void> claim(String client, String user, String claim, Duration ttl) {
        owners.put(client, new Owner(user, claim, clock.millis() + ttl.toMillis()));
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> release(String client, String claim, Duration ttl) {
        owners.computeIfPresent(client, (_, owner) -> owner.claim.equals(claim) ? new Owner(owner.user, claim, clock.millis() + ttl.toMillis()) : owner);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Optional<String>> owner(String client) {
        Owner owner = owners.get(client);
        return CompletableFuture.completedStage(owner == null || owner.expiresAt <= clock.millis() ? Optional.empty() : Optional.of(owner.user));
    }

    /** Client ids that are claimed or were a moment ago. */
    public int claims() {
        return owners.size();
    }

    /** Members of all channels. */
    public int size() {
        return channels.values().stream().mapToInt(Map::size).sum();
    }
}
