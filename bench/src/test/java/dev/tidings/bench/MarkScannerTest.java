package dev.tidings.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkScannerTest {
    private static final String STREAM = "retry: 9\n:\ndata: {\"pub\":{\"data\":" + Mark.data(7, 123_456, Mark.padding(80)) + ",\"offset\":1}}\n\n:\n"
            + "data: {\"pub\":{\"data\":" + Mark.data(8, 123_999, "") + "}}\n\n";

    private final MarkScanner scanner = new MarkScanner();
    private final List<String> found = new ArrayList<>();

    private void scan(String text) {
        scanner.scan(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII), (number, sent) -> found.add(number + "@" + sent));
    }

    @Test
    void findsAllMarksOfOneBuffer() {
        scan(STREAM);
        assertEquals(List.of("7@123456", "8@123999"), found);
    }

    @Test
    void findsMarksWhereverTheStreamIsCut() {
        for (int cut = 0; cut <= STREAM.length(); cut++) {
            found.clear();
            scan(STREAM.substring(0, cut));
            scan(STREAM.substring(cut));
            assertEquals(List.of("7@123456", "8@123999"), found, "cut at " + cut);
        }
    }

    @Test
    void refusesAMarkThatWasAltered() {
        assertThrows(IllegalStateException.class, () -> scan("#12x#5#"));
    }

    @Test
    void dataIsAsLongAsAskedFor() {
        assertEquals(120, Mark.data(1_234_567, 12_345_678_901L, Mark.padding(120)).length(), 2);
    }
}
