package dev.tidings.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cursor comes back from a browser, or from whoever likes: decoding it must never fail a request, which would end an EventSource for ever. */
class CursorFuzzTest {
    private static final int MOST = 50;

    @FuzzTest
    void aCursorIsDecodedOrIgnored(FuzzedDataProvider data) {
        int streams = data.consumeInt(1, MOST);
        List<Channel> channels = new ArrayList<>();
        long[] offsets = new long[streams];
        int[] hashes = new int[streams];
        for (int i = 0; i < streams; i++) {
            channels.add(new Channel("c" + i));
            offsets[i] = data.consumeLong(-1, Position.MAX_OFFSET);
            hashes[i] = offsets[i] < 0 ? 0 : data.consumeInt(0, 0xffff);
        }
        Cursor cursor = new Cursor(channels);

        String text = cursor.encode(offsets, hashes);
        List<Cursor.Entry> entries = cursor.decode(text).orElseThrow();
        for (int i = 0; i < streams; i++) {
            if (entries.get(i).offset() != offsets[i] || entries.get(i).epochHash() != hashes[i]) {
                throw new AssertionError("entry " + i + " of " + text);
            }
        }
        // The fingerprint is right, what follows is not: a prefix that a fuzzer need not guess.
        String tail = data.consumeRemainingAsString();
        decodeAny(cursor, text.substring(0, 8) + tail);
        decodeAny(cursor, tail);
    }

    private static void decodeAny(Cursor cursor, String text) {
        Optional<List<Cursor.Entry>> decoded = cursor.decode(text);
        decoded.ifPresent(entries -> entries.forEach(entry -> {
            if (entry.offset() < -1 || entry.offset() > Position.MAX_OFFSET || entry.epochHash() < 0 || entry.epochHash() > 0xffff) {
                throw new AssertionError(entry + " in " + text);
            }
        }));
    }
}
