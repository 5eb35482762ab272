package dev.tidings.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON as ranges of bytes: what is read, what is kept as it was, what is refused. */
class JsonTest {
    private static final String MISCHIEF = "{}[],:\"\\ \n01-+.eE\0";

    private static Json parse(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String compact(String text) {
        return new String(parse(text).compact(), StandardCharsets.UTF_8);
    }

    private static Refusal refusal(Runnable reading) {
        return assertThrows(RefusedException.class, reading::run).refusal();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "\"\"", "0", "-1", "1.5e10", "true", "false", "null", " {} ", "\t[1]\n", "{\"a\":{\"b\":[1,2,{\"c\":null}]}}", "\"\\u00e9\\n\"",
            "\"M\u00fcnchen \ud83d\ude00\"", "123456789012345678901234567890"})
    void everyValueIsRead(String text) {
        assertTrue(Json.isValid(text.getBytes(StandardCharsets.UTF_8)));
        assertEquals(text.strip(), compact(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\"}", "01", "+1", ".5", "1.", "NaN", "Infinity", "tru", "nul", "{} {}", "1 2",
            "[1] x", "\"a", "\"\n\"", "\"\t\"", "\"\\x\"", "/**/1", "// x\n1", "[1 2]", "{\"a\":1 \"b\":2}", "\u00a01", "#1"})
    void anythingElseIsRefused(String text) {
        assertFalse(Json.isValid(text.getBytes(StandardCharsets.UTF_8)), text);
        assertEquals(Refusal.BAD_REQUEST, refusal(() -> parse(text)));
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        for (int[] bytes : new int[][] {{'"', 0xff, '"'}, {'"', 0xc3, '"'}, {'"', 0xc0, 0x80, '"'}, {'"', 0xed, 0xa0, 0x80, '"'}, {'"', 0xf5, 0x80, 0x80, 0x80, '"'}}) {
            byte[] text = new byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                text[i] = (byte) bytes[i];
            }
            assertEquals(Refusal.BAD_REQUEST, refusal(() -> Json.parse(text)));
        }
    }

    @Test
    void otherEncodingsAreRefusedAndNotGuessed() {
        assertFalse(Json.isValid("{\"a\":1}".getBytes(StandardCharsets.UTF_16BE)));
        assertFalse(Json.isValid("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE)));
        assertFalse(Json.isValid("[]".getBytes(StandardCharsets.UTF_32BE)));
        assertFalse(Json.isValid("[]".getBytes(StandardCharsets.UTF_32LE)));
    }

    @Test
    void aByteOrderMarkIsRefused() {
        assertFalse(Json.isValid("\ufeff{}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aRangeOfBytesIsReadAlone() {
        byte[] bytes = "xx{\"a\": {\"b\":\"c\"}}yy".getBytes(StandardCharsets.UTF_8);

        Json json = Json.parse(bytes, 2, bytes.length - 2);

        assertEquals("{\"a\":{\"b\":\"c\"}}", new String(json.compact(), StandardCharsets.UTF_8));
        assertEquals("c", json.members("x").get("a").members("a").get("b").string("b"));
    }

    @Test
    void nestingIsBounded() {
        assertTrue(Json.isValid(("[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH)).getBytes()));
        assertFalse(Json.isValid(("[".repeat(Json.MAX_DEPTH + 1) + "]".repeat(Json.MAX_DEPTH + 1)).getBytes()));
        assertFalse(Json.isValid("[".repeat(1_000_000).getBytes()));
    }

    @Test
    void membersAreInOrderAndTheLastOfTheSameNameCounts() {
        Json json = parse("{\"b\":1,\"a\":[1,{\"x\":2}],\"b\":\"two\"}");

        assertEquals(List.of("b", "a"), List.copyOf(json.members("x").keySet()));
        assertEquals("two", json.members("x").get("b").string("b"));
        assertEquals("[1,{\"x\":2}]", new String(json.members("x").get("a").compact()));
    }

    @Test
    void namesMayBeEscaped() {
        assertEquals("1", new String(parse("{\"\\u0061\\\"\":1}").members("x").get("a\"").compact()));
    }

    @Test
    void itemsAreBounded() {
        assertEquals(3, parse("[1, [2], {\"a\":3}]").items("x", 3).size());
        assertEquals("[2]", new String(parse("[1, [2] , 3]").items("x", 3).get(1).compact()));
        assertEquals(Refusal.LIMIT_EXCEEDED, refusal(() -> parse("[1,2,3,4]").items("x", 3)));
    }

    @Test
    void stringsAreUnescaped() {
        assertEquals("a\"\\/\b\f\n\r\t\u00e9\ud83d\ude00", parse("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"").string("x"));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "9007199254740991, 9007199254740991", "-1, -1", "-0, 0"})
    void integersAreReadExactly(String text, long value) {
        assertEquals(value, parse("[" + text + "]").items("x", 1).getFirst().integer("x", -1, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "11", "1.0", "1e1", "99999999999999999999", "\"1\"", "null", "true", "[1]"})
    void whatIsNoIntegerOfTheRangeIsRefusedByTheFieldsName(String text) {
        RefusedException refused = assertThrows(RefusedException.class, () -> parse("[" + text + "]").items("x", 1).getFirst().integer("offset", 0, 10));

        assertTrue(refused.getMessage().startsWith("\"offset\""), refused.getMessage());
    }

    @Test
    void anIntegerAloneMayStandBetweenSpaces() {
        assertEquals(5, parse(" 5 ").integer("x", 0, 10));
    }

    @Test
    void kindsAreNotMixedUp() {
        assertTrue(parse("{}").isObject() && !parse("[]").isObject() && parse("null").isNull());
        assertTrue(parse("true").bool("x") && !parse("false").bool("x"));
        for (Runnable reading : List.<Runnable>of(() -> parse("1").bool("x"), () -> parse("\"true\"").bool("x"), () -> parse("1").string("x"), () -> parse("[]").members("x"),
                () -> parse("{}").items("x", 1), () -> parse("null").string("x"))) {
            assertEquals(Refusal.BAD_REQUEST, refusal(reading));
        }
    }

    @Test
    void compactDropsSpaceBetweenTokensAndNothingElse() {
        assertEquals("{\"a b\":[1,-2.50e+3,\" \\\" \\\\\"],\"c\":\"\\\\\"}", compact("\r\n{ \"a b\" :\t[ 1 , -2.50e+3,\n\" \\\" \\\\\" ] , \"c\":\"\\\\\" } "));
    }

    @Test
    void compactIsOneLineWhateverWasSent() {
        String compact = compact("{\n  \"a\": \"x\",\n\r  \"b\": [\n1\n]\n}");

        assertTrue(compact.chars().noneMatch(c -> c == '\n' || c == '\r'));
    }

    @Test
    void noBytesMakeItThrowAnythingButARefusal() {
        SplittableRandom random = new SplittableRandom(3);
        byte[] seed = "{\"a\":[1,\"\\u00e9x\",{\"b\":null}],\"c\":-1.5e3}".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] bent = Arrays.copyOf(seed, random.nextInt(1, seed.length + 1));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bent[random.nextInt(bent.length)] = (byte) (random.nextBoolean() ? random.nextInt() : MISCHIEF.charAt(random.nextInt(MISCHIEF.length())));
            }
            walk(bent);
        }
    }

    private static void walk(byte[] text) {
        try {
            Json json = Json.parse(text);
            assertTrue(Json.isValid(json.compact()), () -> new String(text, StandardCharsets.UTF_8));
            if (json.isObject()) {
                json.members("x").values().forEach(Json::compact);
            }
        } catch (RefusedException e) {
            assertTrue(e.refusal() == Refusal.BAD_REQUEST || e.refusal() == Refusal.LIMIT_EXCEEDED);
        }
    }
}
