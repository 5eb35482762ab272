package dev.tidings.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Channel;
import dev.tidings.testing.RedisProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
    private final Keys keys = new Keys("tidings");

    @ParameterizedTest
    @CsvSource({"123456789, 12739", "foo, 12182", "bar, 5061", "a, 15495"})
    void slotsAreThoseOfTheSpecification(String tag, int slot) {
        assertEquals(slot, Keys.slot(tag));
    }

    @ParameterizedTest
    @ValueSource(strings = {"news", "{", "}", "{}", "}{", "a{b}c", "{user1000}.following", "100%", "%7D", "%25", "%", "a:b#1,2", "grüße", "日本"})
    void aKeysSlotIsThatOfItsTagWhateverTheName(String name) {
        String tag = Keys.tag(new Channel(name));

        String key = keys.name(tag, "m");
        String hashed = key.substring(key.indexOf('{') + 1, key.indexOf('}', key.indexOf('{')));

        assertEquals(tag, hashed);
        assertTrue(!tag.isEmpty(), "an empty tag is none: the whole key would be hashed");
    }

    @Test
    void redisComputesTheSameSlots() {
        try (RedisProcess redis = Backend.newest("--cluster-enabled", "yes")) {
            for (String name : List.of("news", "{", "}", "a{b}c", "100%", "grüße", "{{x}}", "}x{")) {
                String tag = Keys.tag(new Channel(name));
                long slot = redis.ask(jedis -> jedis.clusterKeySlot(keys.name(tag, "m")));

                assertEquals(slot, Keys.slot(tag), name);
            }
        }
    }

    @Test
    void namesThatLookLikeOthersEncodedAreNot() {
        assertNotEquals(Keys.tag(new Channel("}")), Keys.tag(new Channel("%7D")));
        assertNotEquals(Keys.tag(new Channel("%")), Keys.tag(new Channel("%25")));
        assertEquals("%257D", Keys.tag(new Channel("%7D")));
    }
}
