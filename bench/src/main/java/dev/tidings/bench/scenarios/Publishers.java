package dev.tidings.bench.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.bench.BenchException;
import dev.tidings.bench.RetryWindow;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Back ends that publish at a steady rate. Each channel has one of them, which numbers its publications, gives each an idempotency key, and repeats it
 * under the same key until it is acknowledged: after the window that the hub names, or a moment when the connection failed.
 */
final class Publishers implements AutoCloseable {
    private static final int THREADS_MAX = 10;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(15);
    private static final RetryWindow AFTER_FAILURE = new RetryWindow(50, 250);
    /** After the end was asked for: longer than any scenario's Redis is away. */
    private static final int STUBBORN_SECONDS = 20;
    private static final int OK = 200;
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
    private final URI publish;
    private final String apiKey;
    private final List<Thread> threads = new ArrayList<>();
    private final String run = Long.toString(System.nanoTime(), 36);
    private final String padding;
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentSkipListMap<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger duplicates = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private volatile boolean stopping;
    private volatile long stoppedAt;
    private volatile String firstFailure = "";

    /** Not started yet. */
    Publishers(int port, int payloadBytes) {
        this("127.0.0.1:" + port, "none", payloadBytes);
    }

    /** Not started yet. A hub without authentication ignores the key. */
    Publishers(String authority, String apiKey, int payloadBytes) {
        this.publish = URI.create("http://" + authority + "/v1/publish");
        this.apiKey = apiKey;
        this.padding = "x".repeat(payloadBytes);
    }

    /** Publishes to these channels in turn, so many a second in all, until {@link #stop}. */
    Publishers start(List<Acknowledged> channels, double perSecond) {
        int count = Math.min(THREADS_MAX, channels.size());
        for (int i = 0; i < count; i++) {
            List<Acknowledged> own = new ArrayList<>();
            for (int n = i; n < channels.size(); n += count) {
                own.add(channels.get(n));
            }
            long interval = (long) (1e9 * count / perSecond);
            threads.add(Thread.ofVirtual().start(() -> publishInTurn(own, interval)));
        }
        return this;
    }

    private void publishInTurn(List<Acknowledged> channels, long interval) {
        long due = System.nanoTime() + ThreadLocalRandom.current().nextLong(interval);
        for (int turn = 0; !stopping; turn++) {
            LockSupport.parkNanos(due - System.nanoTime());
            publishOne(channels.get(turn % channels.size()));
            // What a pause held up is not made up for.
            due = Math.max(due + interval, System.nanoTime());
        }
    }

    private void publishOne(Acknowledged channel) {
        int number = channel.next();
        long sent = System.nanoTime();
        String body = "{\"channel\":\"%s\",\"idempotency_key\":\"%s-%d\",\"data\":{\"n\":%d,\"t\":%d,\"pad\":\"%s\"}}".formatted(
                channel.channel(), run, number, number, sent, padding);
        HttpRequest request = HttpRequest.newBuilder(publish).timeout(ANSWER_MAX).header("Content-Type", "application/json").header("X-API-Key", apiKey)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        while (!attempt(channel, number, request)) {
            if (stopping && System.nanoTime() - stoppedAt > TimeUnit.SECONDS.toNanos(STUBBORN_SECONDS)) {
                abandoned.incrementAndGet();
                return;
            }
        }
    }

    /** Whether it was acknowledged; if not, waits as long as it should. */
    private boolean attempt(Acknowledged channel, int number, HttpRequest request) {
        RetryWindow wait = AFTER_FAILURE;
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            statuses.computeIfAbsent(answer.statusCode(), any -> new AtomicInteger()).incrementAndGet();
            if (answer.statusCode() == OK) {
                JsonNode json = Json.parse(answer.body());
                if (json.path("duplicate").asBoolean()) {
                    duplicates.incrementAndGet();
                }
                channel.acknowledge(number, Json.place(json), System.nanoTime());
                return true;
            }
            if (answer.statusCode() < SERVER_ERROR && answer.statusCode() != TOO_MANY) {
                throw new BenchException("a publication was refused: " + answer.statusCode() + " " + answer.body());
            }
            wait = RetryWindow.parse(answer.headers().firstValue("Tidings-Retry").orElse("")).orElse(AFTER_FAILURE);
        } catch (IOException e) {
            if (failures.getAndIncrement() == 0) {
                firstFailure = e.toString();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(wait.draw()));
        return false;
    }

    /** Answers of 500 and above. */
    int serverErrors() {
        return statuses.entrySet().stream().filter(entry -> entry.getKey() >= SERVER_ERROR).mapToInt(entry -> entry.getValue().get()).sum();
    }

    /** Answers with any other status than 200, 429 and 500 and above: what the hub should never say here. */
    int refused() {
        return statuses.entrySet().stream().filter(entry -> entry.getKey() != OK && entry.getKey() != TOO_MANY && entry.getKey() < SERVER_ERROR)
                .mapToInt(entry -> entry.getValue().get()).sum();
    }

    int acknowledged() {
        AtomicInteger count = statuses.get(OK);
        return count == null ? 0 : count.get();
    }

    int abandoned() {
        return abandoned.get();
    }

    /** {@code 120 x 200, 3 x 503, 2 connections failed, 1 acknowledged as a repetition}. */
    String shown() {
        String counts = new TreeMap<>(statuses).entrySet().stream().map(entry -> entry.getValue() + " x " + entry.getKey()).collect(Collectors.joining(", "));
        return counts + (failures.get() > 0 ? ", " + failures + " connections failed" : "") + (duplicates.get() > 0 ? ", " + duplicates + " repetitions" : "")
                + (abandoned.get() > 0 ? ", " + abandoned + " given up" : "");
    }

    String firstFailure() {
        return firstFailure;
    }

    /** Publishes nothing new, and returns when what was begun is acknowledged or given up. */
    void stop() {
        stoppedAt = System.nanoTime();
        stopping = true;
        threads.forEach(thread -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new BenchException("interrupted");
            }
        });
    }

    @Override
    public void close() {
        stop();
        http.close();
    }
}
