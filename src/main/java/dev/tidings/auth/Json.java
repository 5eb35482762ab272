package dev.tidings.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value of a token (RFC 8259), with the text it was written as, so that what is passed on keeps its digits. An object with two members of one name is
 * refused: whoever made the token and whoever reads it might choose differently (RFC 7519 section 4). Whatever is wrong is refused with
 * {@link InvalidTokenException}. Immutable.
 *
 * @param text  the document that it is in
 * @param start where it starts in the document
 * @param end   where it ends
 * @param value a map of members, a list of items, a string, a double, a boolean, or {@code Null}
 */
record Json(String text, int start, int end, Object value) {
    /** The deepest nesting that is read. */
    private static final int MAX_DEPTH = 64;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(100).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private enum Null { NULL }

    /** Reads exactly one value of UTF-8. */
    static Json parse(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            try (JsonParser parser = FACTORY.createParser(text)) {
                parser.nextToken();
                Json value = read(parser, text);
                if (parser.nextToken() == null) {
                    return value;
                }
            }
        } catch (CharacterCodingException e) {
            throw malformed("text that is not UTF-8");
        } catch (IOException e) {
            throw malformed("malformed JSON"); // the cause quotes the token
        }
        throw malformed("more than one JSON value");
    }

    private static Json read(JsonParser parser, String text) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw malformed("no JSON value");
        }
        int start = (int) parser.currentTokenLocation().getCharOffset();
        Object value = switch (token) {
            case START_OBJECT -> members(parser, text);
            case START_ARRAY -> items(parser, text);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Double.parseDouble(parser.getText());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> Null.NULL;
        };
        return new Json(text, start, (int) parser.currentLocation().getCharOffset(), value);
    }

    private static Map<String, Json> members(JsonParser parser, String text) throws IOException {
        Map<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, read(parser, text));
        }
        return members;
    }

    private static List<Json> items(JsonParser parser, String text) throws IOException {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(read(parser, text));
        }
        return items;
    }

    private static InvalidTokenException malformed(String what) {
        return new InvalidTokenException("the token has " + what);
    }

    private static InvalidTokenException mustBe(String field, String what) {
        return new InvalidTokenException("\"" + field + "\" of the token must be " + what);
    }

    boolean isNull() {
        return value == Null.NULL;
    }

    boolean isArray() {
        return value instanceof List;
    }

    /** The members of an object in order. */
    @SuppressWarnings("unchecked")
    Map<String, Json> members(String field) {
        if (value instanceof Map<?, ?> members) {
            return (Map<String, Json>) members;
        }
        throw mustBe(field, "an object");
    }

    /** The items of an array, at most {@code max}. */
    @SuppressWarnings("unchecked")
    List<Json> items(String field, int max) {
        if (value instanceof List<?> items && items.size() <= max) {
            return (List<Json>) items;
        }
        throw mustBe(field, "an array of at most " + max + " items");
    }

    /** A string. */
    String string(String field) {
        if (value instanceof String string) {
            return string;
        }
        throw mustBe(field, "a string");
    }

    /** A number between two bounds. */
    double number(String field, double min, double max) {
        if (value instanceof Double number && number >= min && number <= max) {
            return number;
        }
        throw mustBe(field, "a number in range");
    }

    /** A boolean. */
    boolean bool(String field) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        throw mustBe(field, "true or false");
    }

    /** The value as it was written, without white space between tokens: one line of UTF-8, whatever it was before. */
    byte[] compact() {
        StringBuilder compact = new StringBuilder(end - start);
        boolean inString = false;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (inString) {
                compact.append(c);
                if (c == '\\') {
                    compact.append(text.charAt(++i));
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                compact.append(c);
                inString = c == '"';
            }
        }
        return compact.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Never its text. */
    @Override
    public String toString() {
        return "Json[" + (end - start) + " characters]";
    }
}
