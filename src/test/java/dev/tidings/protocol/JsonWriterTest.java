package dev.tidings.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** JSON as it is written. */
class JsonWriterTest {
    private final JsonWriter json = new JsonWriter();

    private String text() {
        return new String(json.toBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void membersAndItemsAreParted() {
        json.object().member("s", "x").member("n", -5).member("b", true).nothing("z").raw("r", "[1]".getBytes()).object("o").end().array("a").value("1").value("2")
                .object().end().endArray().member("last", false).end();

        assertEquals("{\"s\":\"x\",\"n\":-5,\"b\":true,\"z\":null,\"r\":[1],\"o\":{},\"a\":[\"1\",\"2\",{}],\"last\":false}", text());
    }

    @Test
    void whatMustBeEscapedIs() {
        json.object().member("k\"", "\"\\/\n\r\t\0\u001f\u007f").end();

        assertEquals("{\"k\\\"\":\"\\\"\\\\/\\u000a\\u000d\\u0009\\u0000\\u001f\u007f\"}", text());
    }

    @Test
    void everythingElseIsUtf8() {
        json.value("M\u00fcnchen \u65e5\u672c \ud83d\ude00");

        assertEquals("\"M\u00fcnchen \u65e5\u672c \ud83d\ude00\"", text());
    }

    @Test
    void aLoneSurrogateDoesNotBreakTheText() {
        json.object().member("a", "x\ud83dy\ude00").end();

        assertTrue(Json.isValid(json.toBytes()));
    }

    @Test
    void everyCharacterComesBack() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c < 0xd800; c++) {
            all.append((char) c);
        }

        json.value(all.toString());

        assertEquals(all.toString(), Json.parse(json.toBytes()).string("x"));
    }

    @Test
    void itGrowsAsItMust() {
        JsonWriter small = new JsonWriter(1);
        String large = "x".repeat(100_000);

        small.object().member("a", large).raw("b", ("\"" + large + "\"").getBytes()).end();

        assertEquals("{\"a\":\"" + large + "\",\"b\":\"" + large + "\"}", new String(small.toBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void objectsOneAfterTheOtherMayBeFramed() {
        json.ascii("data: ").object().member("a", 1).end().bytes("\n\n".getBytes()).ascii("data: ");

        assertEquals("data: {\"a\":1}\n\ndata: ", text());
    }

    @Test
    void numbersAreWrittenExactly() {
        json.object().member("max", Long.MAX_VALUE).member("min", Long.MIN_VALUE).end();

        assertEquals("{\"max\":9223372036854775807,\"min\":-9223372036854775808}", text());
    }
}
