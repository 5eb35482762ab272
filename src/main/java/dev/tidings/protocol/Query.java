package dev.tidings.protocol;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a URL, percent-decoded to strict UTF-8. What servers do by default, replacing bad bytes, would make two different channels one.
 * Refuses with {@link Refusal#BAD_REQUEST}.
 */
public final class Query {
    /** Parameters in one query. */
    public static final int MAX_PARAMETERS = 1_100;

    /** Not decoded: what nobody asks for refuses nothing. */
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    /** Reads what stands behind the {@code ?}; null or "" = no parameters. */
    public Query(String text) {
        if (text == null || text.isEmpty()) {
            return;
        }
        String[] pairs = text.split("&", MAX_PARAMETERS + 1);
        if (pairs.length > MAX_PARAMETERS) {
            throw new RefusedException(Refusal.LIMIT_EXCEEDED, "the query has more than " + MAX_PARAMETERS + " parameters");
        }
        for (String pair : pairs) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decodable(equals < 0 ? pair : pair.substring(0, equals));
                values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(equals < 0 ? "" : pair.substring(equals + 1));
            }
        }
    }

    /** All values of a parameter, in order. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of()).stream().map(Query::decode).toList();
    }

    /** The first value of a parameter, as it is where it can't be decoded: for what must not fail a request, whatever it is. */
    public Optional<String> lenient(String name) {
        return values.getOrDefault(name, List.of()).stream().findFirst().map(Query::decodable);
    }

    private static String decodable(String text) {
        try {
            return decode(text);
        } catch (RefusedException e) {
            return text;
        }
    }

    /** The value of a parameter that may be given once. */
    public Optional<String> one(String name) {
        List<String> all = all(name);
        if (all.size() > 1) {
            throw RefusedException.badRequest("\"" + name + "\" is given " + all.size() + " times");
        }
        return all.stream().findFirst();
    }

    /** The value of a parameter that must be given. */
    public String required(String name) {
        return one(name).orElseThrow(() -> RefusedException.badRequest("\"" + name + "\" is missing"));
    }

    /** An integer between 0 and {@code max}; {@code otherwise} when absent. */
    public int integer(String name, int max, int otherwise) {
        Optional<String> text = one(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        String digits = text.get();
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9') || Integer.parseInt(digits) > max) {
            throw RefusedException.badRequest("\"" + name + "\" must be an integer from 0 to " + max);
        }
        return Integer.parseInt(digits);
    }

    /** A switch: 1 or true, 0 or false; false when absent. */
    public boolean flag(String name) {
        return switch (one(name).orElse("0")) {
            case "1", "true" -> true;
            case "0", "false", "" -> false;
            default -> throw RefusedException.badRequest("\"" + name + "\" must be 0 or 1");
        };
    }

    private static String decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) { // RFC 3986: must be percent-encoded; what a server makes of such bytes is not what the client meant
                throw RefusedException.badRequest("the query has a character that is not percent-encoded");
            }
            if (c == '%') {
                int high = i + 2 < text.length() ? hexadecimal(text.charAt(i + 1)) : -1;
                int low = i + 2 < text.length() ? hexadecimal(text.charAt(i + 2)) : -1;
                if (high < 0 || low < 0) {
                    throw RefusedException.badRequest("the query has a % that two hexadecimal digits do not follow");
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(c == '+' ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw RefusedException.badRequest("the query is not UTF-8");
        }
    }

    private static int hexadecimal(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1; // digits of other scripts are digits to Java
    }
}
