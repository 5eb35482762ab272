package dev.tidings.redis;

import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Publication;
import dev.tidings.channel.RefusedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A back end that publishes one number after the other on a thread of its own: what is refused it publishes again with the same idempotency key. */
final class Publisher implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final TestNode node;
    private final Channel channel;
    private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private final List<String> refusals = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread = Thread.ofPlatform().unstarted(this::run);
    private volatile boolean ends;

    Publisher(TestNode node, Channel channel) {
        this.node = node;
        this.channel = channel;
        thread.start();
    }

    private void run() {
        for (int i = 0; !ends; i++) {
            String data = Integer.toString(i);
            for (boolean done = false; !done && !ends;) {
                try {
                    Published published = node.publishing(channel, data, "key-" + data).join();
                    done = published.position().isPresent();
                    acknowledged.add(data);
                } catch (CompletionException e) {
                    refusals.add(String.valueOf(e.getCause() instanceof RefusedException refused ? refused.getMessage() : e.getCause()));
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** How many were acknowledged so far. */
    int count() {
        return acknowledged.size();
    }

    /** What was acknowledged so far. */
    List<String> acknowledged() {
        synchronized (acknowledged) {
            return List.copyOf(acknowledged);
        }
    }

    List<String> refusals() {
        return List.copyOf(refusals);
    }

    /** Stops, and says what was acknowledged. */
    List<String> stop() {
        ends = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return acknowledged();
    }

    /** What is wrong with what was heard, "" = nothing: the offsets of an epoch come once and in order. */
    static String wrong(List<Publication> heard) {
        Map<String, Long> last = new LinkedHashMap<>();
        for (Publication publication : heard) {
            Long before = last.put(publication.epoch(), publication.offset());
            if (before != null && publication.offset() <= before) {
                return "after " + before + " of epoch " + publication.epoch() + " came " + publication.offset();
            }
        }
        return "";
    }

    /** Data that was heard more than once. */
    static Set<String> doubled(List<String> heard) {
        Set<String> once = new HashSet<>();
        Set<String> twice = new HashSet<>();
        heard.forEach(data -> {
            if (!once.add(data)) {
                twice.add(data);
            }
        });
        return twice;
    }

    @Override
    public void close() {
        stop();
    }
}
