package dev.tidings.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidings.channel.Position;
import dev.tidings.testing.Publications;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final History PAGE = new History(new Position("epoch_", 3), 1, List.of(Publications.of("1"), Publications.of("2"), Publications.of("3")));
    private static final long COST = Publications.of("1").cost();

    private static int size(long bytes) {
        return PAGE.within(bytes).publications().size();
    }

    @Test
    void aPageHasWhatFits() {
        assertEquals(3, size(3 * COST));
        assertEquals(2, size(3 * COST - 1));
        assertEquals(PAGE.top(), PAGE.within(COST).top());
    }

    @Test
    void aPageHasOnePublicationHoweverLargeSoThatThereIsANextPage() {
        assertEquals(1, size(0));
    }
}
