package dev.tidings.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Publication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {
    private static final ClientInfo ADA = new ClientInfo("ada", "c1", bytes("{\"name\":\"Ada\"}"), bytes("{\"role\":\"editor\"}"));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Publication publication(String data, ClientInfo info, Map<String, String> tags, String event, String id, long version, Set<String> exclude) {
        return new Publication("", 0, 0, bytes(data), info, tags, event, id, version, exclude);
    }

    static Stream<Publication> publications() {
        return Stream.of(publication("", ClientInfo.NONE, Map.of(), "", "", 0, Set.of()), publication("{\"n\":1}", ClientInfo.NONE, Map.of(), "", "", 0, Set.of()),
                publication("1", ADA, Map.of(), "", "", 0, Set.of()), publication("1", ClientInfo.NONE, Map.of("k", "v", "grüße", "日本"), "", "", 0, Set.of()),
                publication("1", ClientInfo.NONE, Map.of(), "changed", "", 0, Set.of()), publication("1", ClientInfo.NONE, Map.of(), "", "id-1", 0, Set.of()),
                publication("1", ClientInfo.NONE, Map.of(), "", "", Long.MAX_VALUE, Set.of()),
                publication("1", ClientInfo.NONE, Map.of(), "", "", 0, Set.of("c1", "c2")),
                publication("{\"all\":true}", ADA, Map.of("a", "b"), "event", "id", 7, Set.of("c9")));
    }

    @ParameterizedTest
    @MethodSource("publications")
    void aPublicationIsReadAsItWasWrittenAndGetsItsPlace(Publication written) {
        Publication read = Codec.publication(Codec.encode(written), 0, "Epoch1", 42, 1_700_000_000_000L);

        assertEquals("Epoch1 42 1700000000000", read.epoch() + ' ' + read.offset() + ' ' + read.time());
        assertArrayEquals(written.data(), read.data());
        assertEquals(written.info().user() + written.info().client(), read.info().user() + read.info().client());
        assertArrayEquals(written.info().connInfo(), read.info().connInfo());
        assertArrayEquals(written.info().chanInfo(), read.info().chanInfo());
        assertEquals(written.tags(), read.tags());
        assertEquals(List.of(written.event(), written.id(), written.version(), written.exclude()), List.of(read.event(), read.id(), read.version(), read.exclude()));
    }

    @ParameterizedTest
    @MethodSource("publications")
    void cutOffAnywhereItIsUnreadableAndNothingElse(Publication written) {
        byte[] whole = Codec.encode(written);

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(Codec.UnreadableException.class, () -> Codec.publication(cut, 0, "E", 1, 1), "after " + length + " bytes");
        }
    }

    @Test
    void aMemberIsReadAsItWasWrittenAndUnreadableWhenCutOff() {
        byte[] whole = Codec.encode(ADA);
        ClientInfo read = Codec.info(whole, 0);

        assertEquals("ada c1", read.user() + ' ' + read.client());
        assertArrayEquals(ADA.connInfo(), read.connInfo());
        assertArrayEquals(ADA.chanInfo(), read.chanInfo());
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(Codec.UnreadableException.class, () -> Codec.info(cut, 0), "after " + length + " bytes");
        }
    }

    @Test
    void anotherFormIsRefusedByItsNumber() {
        byte[] newer = Codec.encode(ADA);
        newer[0] = 2;

        Codec.UnreadableException refused = assertThrows(Codec.UnreadableException.class, () -> Codec.info(newer, 0));

        assertTrue(refused.getMessage().contains("form 2"), refused.getMessage());
    }

    @Test
    void lengthsThatCannotBeAllocateNothing() {
        for (byte[] length : List.of(new byte[] {0x7f, -1, -1, -1}, new byte[] {-1, -1, -1, -1}, new byte[] {-128, 0, 0, 0})) {
            byte[] hostile = new byte[] {1, 0, length[0], length[1], length[2], length[3], 'x'};

            assertThrows(Codec.UnreadableException.class, () -> Codec.publication(hostile, 0, "E", 1, 1));
        }
    }

    @Test
    void tagsKeepTheirOrder() {
        Map<String, String> tags = new LinkedHashMap<>();
        for (String key : List.of("z", "a", "m", "b")) {
            tags.put(key, key);
        }

        Publication read = Codec.publication(Codec.encode(publication("1", ClientInfo.NONE, tags, "", "", 0, Set.of())), 0, "E", 1, 1);

        assertEquals(List.of("z", "a", "m", "b"), new ArrayList<>(read.tags().keySet()));
    }
}
