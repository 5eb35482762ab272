package dev.tidings.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value as a range of bytes that was checked to be well-formed (RFC 8259). Looks one level deep at a time, so that a payload is skipped over
 * and kept as it was written: numbers keep their digits. Everything malformed is refused with {@link dev.tidings.channel.Refusal#BAD_REQUEST}.
 */
public final class Json {
    /** The deepest nesting that is read. */
    public static final int MAX_DEPTH = 100;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION) // UTF-8 alone: of other encodings the parser does not know where in the bytes it is
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(1000).build())
            .build();

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final JsonToken token;

    private Json(byte[] bytes, int start, int end, JsonToken token) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.token = token;
    }

    /** Reads exactly one value. */
    public static Json parse(byte[] bytes) {
        return parse(bytes, 0, bytes.length);
    }

    /** Reads exactly one value from a range of bytes. */
    public static Json parse(byte[] bytes, int from, int to) {
        checkUtf8(bytes, from, to);
        try (JsonParser parser = FACTORY.createParser(bytes, from, to - from)) {
            if (parser.nextToken() == null) {
                throw RefusedException.badRequest("there is no JSON value");
            }
            Json value = read(parser, bytes, from);
            if (parser.nextToken() != null) {
                throw RefusedException.badRequest("there is more than one JSON value");
            }
            return value;
        } catch (IOException e) {
            throw malformed();
        }
    }

    /** Whether the bytes are exactly one JSON value. */
    public static boolean isValid(byte[] bytes) {
        try {
            parse(bytes);
            return true;
        } catch (RefusedException e) {
            return false;
        }
    }

    private static void checkUtf8(byte[] bytes, int from, int to) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
        } catch (CharacterCodingException e) {
            throw RefusedException.badRequest("the text is not UTF-8");
        }
    }

    private static Json read(JsonParser parser, byte[] bytes, int base) throws IOException {
        JsonToken token = parser.currentToken();
        int start = base + (int) parser.currentTokenLocation().getByteOffset();
        if (token.isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        int end = base + (int) parser.currentLocation().getByteOffset();
        while (isSpace(bytes[end - 1])) {
            end--; // the parser reads one further to see where a number ends
        }
        return new Json(bytes, start, end, token);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static RefusedException malformed() {
        return RefusedException.badRequest("malformed JSON");
    }

    /** Whether it is an object. */
    public boolean isObject() {
        return token == JsonToken.START_OBJECT;
    }

    /** Whether it is null. */
    public boolean isNull() {
        return token == JsonToken.VALUE_NULL;
    }

    /** The members of an object in order; of members with the same name the last. {@code field} names it in the refusal. */
    public Map<String, Json> members(String field) {
        expect(isObject(), field, "an object");
        try (JsonParser parser = FACTORY.createParser(bytes, start, end - start)) {
            Map<String, Json> members = new LinkedHashMap<>();
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, read(parser, bytes, start));
            }
            return members;
        } catch (IOException e) {
            throw malformed();
        }
    }

    /** The items of an array, at most {@code max}; more are refused with {@link dev.tidings.channel.Refusal#LIMIT_EXCEEDED}. */
    public List<Json> items(String field, int max) {
        expect(token == JsonToken.START_ARRAY, field, "an array");
        try (JsonParser parser = FACTORY.createParser(bytes, start, end - start)) {
            List<Json> items = new ArrayList<>();
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (items.size() == max) {
                    throw new RefusedException(Refusal.LIMIT_EXCEEDED, "\"" + field + "\" has more than " + max + " items");
                }
                items.add(read(parser, bytes, start));
            }
            return items;
        } catch (IOException e) {
            throw malformed();
        }
    }

    /** A string. */
    public String string(String field) {
        expect(token == JsonToken.VALUE_STRING, field, "a string");
        try (JsonParser parser = FACTORY.createParser(bytes, start, end - start)) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            throw malformed();
        }
    }

    /** An integer between two bounds. */
    public long integer(String field, long min, long max) {
        expect(token == JsonToken.VALUE_NUMBER_INT, field, "an integer");
        String digits = new String(bytes, start, end - start, StandardCharsets.US_ASCII);
        try {
            long value = Long.parseLong(digits);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // more digits than a long has: out of range like any other
        }
        throw RefusedException.badRequest("\"" + field + "\" is " + (digits.length() > 24 ? "too large" : digits) + ", allowed is " + min + " to " + max);
    }

    /** A boolean. */
    public boolean bool(String field) {
        expect(token.isBoolean(), field, "true or false");
        return token == JsonToken.VALUE_TRUE;
    }

    private static void expect(boolean condition, String field, String what) {
        if (!condition) {
            throw RefusedException.badRequest("\"" + field + "\" must be " + what);
        }
    }

    /** The value as it was written, without white space between tokens: one line, whatever it was before. */
    public byte[] compact() {
        byte[] compact = new byte[end - start];
        int length = 0;
        boolean inString = false;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (inString) {
                compact[length++] = b;
                if (b == '\\') {
                    compact[length++] = bytes[++i];
                } else if (b == '"') {
                    inString = false;
                }
            } else if (!isSpace(b)) {
                compact[length++] = b;
                inString = b == '"';
            }
        }
        return length == compact.length ? compact : Arrays.copyOf(compact, length);
    }
}
