package dev.tidings.bench;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a soft refusal says about coming back: after a random delay between {@code min} and {@code max} milliseconds.
 *
 * @param min milliseconds
 * @param max milliseconds, not less than {@code min}
 */
public record RetryWindow(long min, long max) {
    private static final Pattern BOUNDS = Pattern.compile("min=(\\d{1,9})[;,]\\s*max=(\\d{1,9})");
    private static final Pattern RETRY_FIELD = Pattern.compile("(?m)^retry: ?(\\d{1,9})$");

    /** Refuses a window that ends before it begins. */
    public RetryWindow {
        if (min > max) {
            throw new IllegalArgumentException("min " + min + " is above max " + max);
        }
    }

    /** Reads a close reason ({@code overload;min=1000;max=60000}) or a {@code Tidings-Retry} header ({@code min=0, max=30000}). */
    public static Optional<RetryWindow> parse(String text) {
        Matcher bounds = BOUNDS.matcher(text);
        return bounds.find() ? Optional.of(new RetryWindow(Long.parseLong(bounds.group(1)), Long.parseLong(bounds.group(2)))) : Optional.empty();
    }

    /** Reads the last {@code retry:} field of an SSE body: there the hub has drawn the delay already. */
    static Optional<RetryWindow> parseStream(String body) {
        return RETRY_FIELD.matcher(body).results().reduce((first, second) -> second)
                .map(field -> Long.parseLong(field.group(1)))
                .map(delay -> new RetryWindow(delay, delay));
    }

    /** The delay that a client draws. */
    public long draw() {
        return ThreadLocalRandom.current().nextLong(min, max + 1);
    }
}
