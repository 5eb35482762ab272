package dev.tidings.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Cursor.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cursor of protocol section 4: its bytes are a promise to every client that stored one. */
class CursorTest {
    private static final int HASH = Cursor.epochHash("Xk3f9Q");

    private static Cursor of(String... streams) {
        return new Cursor(Arrays.stream(streams).map(Channel::new).toList());
    }

    private static String encode(Cursor cursor, long... offsets) {
        int[] hashes = new int[offsets.length];
        Arrays.fill(hashes, HASH);
        return cursor.encode(offsets, hashes);
    }

    private static String text(byte... payload) {
        return "c" + Base64.getUrlEncoder().withoutPadding().encodeToString(payload);
    }

    private static byte[] payload(String text) {
        return Base64.getUrlDecoder().decode(text.substring(1));
    }

    /** The payload of a cursor of {@code news} with other entries. */
    private static String withEntries(int... entries) {
        byte[] head = Arrays.copyOf(payload(encode(of("news"), 42)), 5);
        byte[] all = Arrays.copyOf(head, head.length + entries.length);
        for (int i = 0; i < entries.length; i++) {
            all[head.length + i] = (byte) entries[i];
        }
        return text(all);
    }

    @Test
    void oneStreamIsTheFirstTestVector() {
        assertEquals("cEBn7oOkrPFU", encode(of("news"), 42));
    }

    @Test
    void twoStreamsAreTheSecondTestVectorInWhateverOrderTheyAreGiven() {
        Cursor cursor = of("news", "chat:1");

        String text = cursor.encode(new long[] {0, 42}, new int[] {Cursor.epochHash("aB9-_z"), HASH});

        assertEquals("cEG3e580BQdsrPFU", text);
        assertEquals(List.of(new Channel("chat:1"), new Channel("news")), cursor.streams());
    }

    @Test
    void aStreamWithoutPositionIsTheThirdTestVector() {
        assertEquals("cEG3e580AKzxV", encode(of("news", "chat:1"), -1, 42));
    }

    @Test
    void theLargestOffsetIsTheFourthTestVector() {
        assertEquals("cEB26la2AgICAgICAEDxV", encode(of("https://example.com/books/1"), Position.MAX_OFFSET));
    }

    @ParameterizedTest
    @CsvSource({"1, 15", "5, 41", "10, 75", "18, 128", "32, 221", "50, 341", "100, 675", "255, 1708"})
    void theLengthIsAsTheProtocolPromises(int streams, int length) {
        Cursor cursor = of(IntStream.range(0, streams).mapToObj(i -> "stream-" + i).toArray(String[]::new));
        long[] offsets = new long[streams];
        Arrays.fill(offsets, 100_000);

        assertEquals(length, encode(cursor, offsets).length());
    }

    @Test
    void whatIsEncodedIsDecoded() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 2_000; round++) {
            int streams = random.nextInt(1, 20);
            Cursor cursor = of(IntStream.range(0, streams).mapToObj(i -> "s" + i).toArray(String[]::new));
            long[] offsets = random.longs(streams, -1, 1L << random.nextInt(1, 54)).map(offset -> Math.min(offset, Position.MAX_OFFSET)).toArray();
            int[] hashes = random.ints(streams, 0, 1 << 16).toArray();
            List<Entry> entries = IntStream.range(0, streams).mapToObj(i -> offsets[i] < 0 ? Entry.NONE : new Entry(offsets[i], hashes[i])).toList();

            assertEquals(Optional.of(entries), cursor.decode(cursor.encode(offsets, hashes)));
        }
    }

    @Test
    void theEntryOfAPositionKnowsItsEpochByTheHash() {
        List<Entry> entries = of("news").decode("cEBn7oOkrPFU").orElseThrow();

        assertEquals(List.of(new Entry(42, HASH)), entries);
        assertTrue(entries.getFirst().isPresent());
        assertTrue(!Entry.NONE.isPresent() && new Entry(0, 0).isPresent());
    }

    @Test
    void aCursorOfAnotherSetOfStreamsIsUnreadable() {
        String text = encode(of("news"), 42);

        assertEquals(Optional.empty(), of("sport").decode(text));
        assertEquals(Optional.empty(), of("news", "sport").decode(text));
        assertEquals(Optional.empty(), of().decode(text));
    }

    @Test
    void namesAreToldApartWhereverTheyAreCut() {
        assertEquals(Optional.empty(), of("a", "bc").decode(encode(of("ab", "c"), 1, 1)));
    }

    @Test
    void streamsAreSortedByTheBytesOfTheirNames() {
        String aboveTheSurrogates = "\uffe0"; // EF BF A0, and in UTF-16 behind every surrogate
        String beyondTheFirstPlane = "\ud83d\ude00"; // F0 9F 98 80

        assertEquals(List.of(new Channel("a"), new Channel(aboveTheSurrogates), new Channel(beyondTheFirstPlane)),
                of(beyondTheFirstPlane, "a", aboveTheSurrogates).streams());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c", "cc", "x", "EBn7oOkrPFU", "CEBn7oOkrPFU", "cEBn7oOkrPFU=", "cEBn7oOkrPF", "cEBn7oOkrPF!", "cEBn7oOkrPFU ", "cEBn7oOkrP\u00e9U",
            "cIBn7oOkrPFU", "cEhn7oOkrPFU", "cEBn7oOkrPFUA", "cEBn7oOkrPFUAA", "cEBn7oA", "cEBn7oOk", "null", "0", "Xk3f9Q:42"})
    void aMalformedCursorIsUnreadable(String text) {
        assertEquals(Optional.empty(), of("news").decode(text));
    }

    @Test
    void anotherVersionOrModeIsUnreadable() {
        for (int first : new int[] {0x00, 0x11, 0x20, 0xf0}) {
            byte[] payload = payload(encode(of("news"), 42));
            payload[0] = (byte) first;
            assertEquals(Optional.empty(), of("news").decode(text(payload)), () -> "first byte " + first);
        }
    }

    @Test
    void anOffsetThatIsTooLargeOrTooLongIsUnreadable() {
        assertEquals(Optional.of(List.of(new Entry(Position.MAX_OFFSET, 0x0102))), of("news").decode(withEntries(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10, 1, 2)));
        assertEquals(Optional.empty(), of("news").decode(withEntries(0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10, 1, 2)));
        assertEquals(Optional.empty(), of("news").decode(withEntries(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 1, 2)));
        assertEquals(Optional.empty(), of("news").decode(withEntries(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)));
    }

    @Test
    void aCutOrPaddedPayloadIsUnreadable() {
        byte[] whole = payload(encode(of("news"), 42));
        for (int length = 0; length < whole.length; length++) {
            assertEquals(Optional.empty(), of("news").decode(text(Arrays.copyOf(whole, length))));
        }
        assertEquals(Optional.empty(), of("news").decode(text(Arrays.copyOf(whole, whole.length + 1))));
    }

    @Test
    void aTextThatIsTooLongIsUnreadable() {
        assertEquals(Optional.empty(), of("news").decode("c" + "A".repeat(1_000_000)));
    }

    @Test
    void theLongestCursorThereIsCanBeRead() {
        Cursor most = of(IntStream.range(0, 255).mapToObj(i -> "s" + i).toArray(String[]::new));
        long[] largest = new long[255];
        Arrays.fill(largest, Position.MAX_OFFSET);

        assertTrue(most.decode(encode(most, largest)).isPresent());
    }

    @Test
    void randomTextsAndBytesNeverThrow() {
        SplittableRandom random = new SplittableRandom(7);
        Cursor cursor = of("news", "chat:1");
        byte[] whole = payload(encode(cursor, 1_000_000, 42));
        for (int round = 0; round < 50_000; round++) {
            byte[] noise = new byte[random.nextInt(40)];
            random.nextBytes(noise);
            byte[] bent = Arrays.copyOf(whole, random.nextInt(5, whole.length + 4));
            bent[random.nextInt(5, Math.max(6, bent.length + 1)) % bent.length] = (byte) random.nextInt();

            cursor.decode(new String(noise, StandardCharsets.ISO_8859_1));
            cursor.decode("c" + new String(noise, StandardCharsets.UTF_8));
            cursor.decode(text(noise));
            cursor.decode(text(bent)).ifPresent(entries -> assertTrue(entries.size() == 2 && entries.stream().allMatch(e -> e.offset() <= Position.MAX_OFFSET)));
        }
    }
}
