package dev.tidings.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The placeholders of one golden transcript: what was received under their names. {@code docs/protocol/vectors/README.md} says what they mean. */
public final class Transcript {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([a-z._]+)}");

    private final Map<String, Object> kept = new HashMap<>();

    /** Gives a name its value. */
    public void keep(String name, Object value) {
        kept.put(name, value);
    }

    /** What is to be sent: every placeholder replaced by its value. */
    public Object filled(Object value) {
        return switch (value) {
            case JsonObject object -> {
                JsonObject filled = new JsonObject();
                object.forEach(member -> filled.put(member.getKey(), filled(object.getValue(member.getKey()))));
                yield filled;
            }
            case JsonArray array -> {
                JsonArray filled = new JsonArray();
                for (int i = 0; i < array.size(); i++) {
                    filled.add(filled(array.getValue(i)));
                }
                yield filled;
            }
            case String text -> {
                Matcher whole = PLACEHOLDER.matcher(text);
                yield whole.matches() ? value(whole.group(1)) : whole.replaceAll(found -> Matcher.quoteReplacement(String.valueOf(value(found.group(1)))));
            }
            case null -> null;
            default -> value;
        };
    }

    private Object value(String name) {
        assertTrue(kept.containsKey(name), () -> "${" + name + "} was not received yet");
        return kept.get(name);
    }

    /** Compares what was received with the transcript, and keeps what stands for a placeholder. */
    public void match(String where, Object expected, Object actual) {
        switch (expected) {
            case JsonObject object -> {
                assertTrue(actual instanceof JsonObject, () -> where + " is " + actual);
                JsonObject found = (JsonObject) actual;
                assertEquals(object.fieldNames(), found.fieldNames(), () -> where + " is " + found);
                object.fieldNames().forEach(name -> match(where + "." + name, object.getValue(name), found.getValue(name)));
            }
            case JsonArray array -> {
                assertTrue(actual instanceof JsonArray found && found.size() == array.size(), () -> where + " is " + actual);
                for (int i = 0; i < array.size(); i++) {
                    match(where + "[" + i + "]", array.getValue(i), ((JsonArray) actual).getValue(i));
                }
            }
            case String text when PLACEHOLDER.matcher(text).find() -> matchText(where, text, actual);
            case null -> assertEquals(null, actual, where);
            default -> assertEquals(expected, actual, where);
        }
    }

    private void matchText(String where, String text, Object actual) {
        Matcher whole = PLACEHOLDER.matcher(text);
        if (whole.matches()) {
            receive(where, whole.group(1), actual);
            return;
        }
        whole.find(); // a line has one at most
        String found = String.valueOf(actual);
        String before = text.substring(0, whole.start());
        String after = text.substring(whole.end());
        assertTrue(found.startsWith(before) && found.endsWith(after) && found.length() >= before.length() + after.length(), () -> where + " is " + found);
        receive(where, whole.group(1), found.substring(before.length(), found.length() - after.length()));
    }

    private void receive(String where, String name, Object actual) {
        if (name.equals("_")) {
            assertTrue(actual != null, where);
        } else {
            assertEquals(kept.computeIfAbsent(name, _ -> actual), actual, where);
        }
    }
}
