package dev.tidings.bench;

import java.util.Arrays;
import java.util.List;

/**
 * One way to start the hub, compared with others in the same run.
 *
 * @param name  the column in the report
 * @param words options for the hub or its JVM; one that does not begin with {@code -} is the jar or executable to start
 */
record Variant(String name, List<String> words) {
    /** The hub as it is. */
    static final Variant PLAIN = new Variant("hub", List.of());

    /** Reads {@code name=word word ...}. */
    static Variant parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new UsageException("--variant is name=words, not " + text);
        }
        return new Variant(text.substring(0, equals), split(text.substring(equals + 1)));
    }

    /** Words between blanks. */
    static List<String> split(String text) {
        return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    /** The jar or executable to start. */
    String program(String fallback) {
        return words.stream().filter(word -> !word.startsWith("-")).findFirst().orElse(fallback);
    }

    List<String> options() {
        return words.stream().filter(word -> word.startsWith("-")).toList();
    }
}
