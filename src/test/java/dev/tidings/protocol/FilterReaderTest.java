package dev.tidings.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.channel.TagFilter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters as the Centrifuge protocol writes them. */
class FilterReaderTest {
    private static final String LEAF = "{\"key\":\"a\",\"cmp\":\"ex\"}";

    private static TagFilter read(String text) {
        return FilterReader.read(Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    private static RefusedException refused(String text) {
        return assertThrows(RefusedException.class, () -> read(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{'key':'lang','cmp':'eq','val':'fr'} | true", "{'key':'lang','cmp':'neq','val':'fr'} | false",
            "{'key':'lang','cmp':'in','vals':['de','fr']} | true", "{'key':'lang','cmp':'nin','vals':['de','fr','fr']} | false", "{'key':'lang','cmp':'ex'} | true",
            "{'key':'lang','cmp':'nex'} | false", "{'key':'lang','cmp':'sw','val':'f'} | true", "{'key':'lang','cmp':'ew','val':'f'} | false",
            "{'key':'lang','cmp':'ct','val':'r'} | true", "{'key':'size','cmp':'gt','val':'9'} | true", "{'key':'size','cmp':'gte','val':'10'} | true",
            "{'key':'size','cmp':'lt','val':'10'} | false", "{'key':'size','cmp':'lte','val':'10'} | true",
            "{'op':'and','nodes':[{'key':'lang','cmp':'ex'},{'key':'x','cmp':'ex'}]} | false", "{'op':'or','nodes':[{'key':'lang','cmp':'ex'},{'key':'x','cmp':'ex'}]} | true",
            "{'op':'not','nodes':[{'key':'x','cmp':'ex'}]} | true", "{'op':'','key':'lang','cmp':'ex'} | true"})
    void everyNodeIsUnderstood(String text, boolean matches) {
        assertEquals(matches, read(text).matches(Map.of("lang", "fr", "size", "10")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "1", "[]", "{'key':'a'}", "{'cmp':'ex'}", "{'key':'a','cmp':'like'}", "{'key':1,'cmp':'ex'}", "{'key':'a','cmp':'in'}",
            "{'key':'a','cmp':'in','vals':[1]}", "{'key':'a','cmp':'gt','val':'x'}", "{'key':'a','cmp':'gt'}", "{'key':'a','cmp':'gt','val':1}", "{'op':'and'}",
            "{'op':'and','nodes':[]}", "{'op':'xor','nodes':[{'key':'a','cmp':'ex'}]}", "{'op':'not','nodes':[{'key':'a','cmp':'ex'},{'key':'a','cmp':'ex'}]}",
            "{'op':'and','nodes':[1]}"})
    void anythingElseIsRefused(String text) {
        assertEquals(Refusal.BAD_REQUEST, refused(text).refusal());
    }

    private static String wide(int leaves) {
        return "{\"op\":\"or\",\"nodes\":[" + IntStream.range(0, leaves).mapToObj(_ -> LEAF).collect(Collectors.joining(",")) + "]}";
    }

    private static String deep(int levels) {
        return "{\"op\":\"not\",\"nodes\":[".repeat(levels - 1) + LEAF + "]}".repeat(levels - 1);
    }

    @Test
    void nodesAndDepthAreBounded() {
        read(wide(TagFilter.MAX_NODES - 1));
        read(deep(TagFilter.MAX_DEPTH));

        assertEquals(Refusal.BAD_REQUEST, refused(wide(TagFilter.MAX_NODES)).refusal());
        assertEquals(Refusal.BAD_REQUEST, refused(deep(TagFilter.MAX_DEPTH + 1)).refusal());
        assertEquals(Refusal.LIMIT_EXCEEDED, refused(wide(TagFilter.MAX_NODES + 1)).refusal());
    }

    @Test
    void valuesAreBounded() {
        String values = IntStream.range(0, 101).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(","));

        assertEquals(Refusal.LIMIT_EXCEEDED, refused("{\"key\":\"a\",\"cmp\":\"in\",\"vals\":[" + values + "]}").refusal());
    }
}
