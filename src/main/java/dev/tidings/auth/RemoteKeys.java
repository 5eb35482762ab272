package dev.tidings.auth;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jose4j.lang.JoseException;

/**
 * The keys that an issuer publishes under a URL (RFC 7517), fetched when they are needed.
 *
 * <p>Any thread asks; nobody ever waits. {@code keys} is the last good set, replaced as a whole, and may be stale: while the endpoint is away or answers
 * nonsense, the last good keys stay. Everything else is guarded by {@code this}. There is one fetch at a time, which all who need its outcome share; its
 * future is completed outside the lock, on a thread of the HTTP client, and so are theirs. There is no timer: keys are refreshed by being asked for.
 */
final class RemoteKeys {
    /** How old keys get before they are fetched again, in the background. Those twice as old are used only after the attempt to fetch them. */
    static final Duration REFRESH_AFTER = Duration.ofMinutes(5);
    /** How long after a fetch because of an unknown key id there is no other: invented ids must not become load on the issuer. */
    static final Duration UNKNOWN_INTERVAL = Duration.ofSeconds(10);
    /** How long after a failure there is no other attempt while older keys serve. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    /** The same while there are none, and all tokens are refused. */
    static final Duration FIRST_RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    /** Characters of a failure that are logged: it may quote what the endpoint sent. */
    private static final int MAX_REASON_LENGTH = 200;
    private static final System.Logger LOG = System.getLogger(RemoteKeys.class.getName());

    private final URI url;
    private final HttpRequest request;
    private final HttpClient http;
    private final InstantSource clock;
    private volatile List<VerificationKey> keys = List.of();
    private CompletableFuture<Void> fetch = CompletableFuture.completedFuture(null);
    private long fetchedAt;
    private long retryAt;
    private long unknownAgainAt;
    private boolean away;

    RemoteKeys(URI url, HttpClient http, InstantSource clock) {
        this.url = url;
        this.http = http;
        this.clock = clock;
        this.request = HttpRequest.newBuilder(url).timeout(TIMEOUT).header("Accept", "application/jwk-set+json, application/json").GET().build();
    }

    /**
     * The keys that a token with this header may be tried with, at once when they are at hand. Empty when the issuer has none that fit; refused with
     * {@link Refusal#INTERNAL} when that can't be known because the endpoint is away.
     */
    CompletionStage<List<VerificationKey>> find(Algorithm algorithm, String kid) {
        List<VerificationKey> found = fitting(algorithm, kid);
        CompletableFuture<Void> awaited;
        synchronized (this) {
            long now = clock.millis();
            long age = now - fetchedAt;
            boolean unknown = found.isEmpty() && !keys.isEmpty() && age < REFRESH_AFTER.toMillis();
            if (unknown ? now >= unknownAgainAt : keys.isEmpty() || age >= REFRESH_AFTER.toMillis()) {
                start(now, unknown);
            }
            if (!found.isEmpty() && age < 2 * REFRESH_AFTER.toMillis()) {
                return CompletableFuture.completedFuture(found);
            }
            awaited = fetch;
        }
        return awaited.thenApply(_ -> outcome(algorithm, kid));
    }

    /** Fetches the keys unless they are there. Completes when the attempt is over, however it ends. */
    CompletionStage<Void> prepare() {
        synchronized (this) {
            if (keys.isEmpty()) {
                start(clock.millis(), false);
            }
            return fetch;
        }
    }

    private synchronized List<VerificationKey> outcome(Algorithm algorithm, String kid) {
        List<VerificationKey> found = fitting(algorithm, kid);
        if (found.isEmpty() && away) {
            throw new RefusedException(Refusal.INTERNAL, "the keys of the token's issuer can't be fetched now");
        }
        return found;
    }

    private List<VerificationKey> fitting(Algorithm algorithm, String kid) {
        return keys.stream().filter(key -> key.fits(algorithm, kid)).toList();
    }

    /** Starts a fetch, unless one is under way or one failed a moment ago. Under the lock. */
    private void start(long now, boolean unknown) {
        if (!fetch.isDone() || now < retryAt) {
            return;
        }
        if (unknown) {
            unknownAgainAt = now + UNKNOWN_INTERVAL.toMillis();
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        fetch = done;
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), PublicKeys.MAX_BYTES));
        // The request's timeout ends with the headers; this one bounds a body that trickles.
        exchange.copy().orTimeout(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).handle(this::read).whenComplete((fresh, failure) -> {
            exchange.cancel(true);
            finished(fresh, failure);
            done.complete(null);
        });
    }

    private List<VerificationKey> read(HttpResponse<byte[]> response, Throwable failure) {
        try {
            if (failure != null) {
                throw new IOException(failure);
            }
            if (response.statusCode() != 200) {
                throw new IOException("status " + response.statusCode());
            }
            List<VerificationKey> fresh = PublicKeys.published(new String(response.body(), StandardCharsets.UTF_8));
            if (fresh.isEmpty()) {
                throw new IOException("no key that verifies signatures");
            }
            return fresh;
        } catch (IOException | JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void finished(List<VerificationKey> fresh, Throwable failure) {
        long now = clock.millis();
        if (failure == null) {
            keys = fresh;
            fetchedAt = now;
            retryAt = now;
            if (away) {
                LOG.log(System.Logger.Level.INFO, "keys are fetched again from {0}", url);
            }
        } else {
            retryAt = now + (keys.isEmpty() ? FIRST_RETRY_AFTER : RETRY_AFTER).toMillis();
            if (!away) {
                LOG.log(System.Logger.Level.WARNING, "keys can''t be fetched from {0}: {1}", url, reason(failure));
            }
        }
        away = failure != null;
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage());
        return root.getClass().getSimpleName() + " " + message.substring(0, Math.min(message.length(), MAX_REASON_LENGTH));
    }
}
