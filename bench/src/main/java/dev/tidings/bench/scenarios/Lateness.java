package dev.tidings.bench.scenarios;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How late publications arrived. */
final class Lateness {
    private Lateness() {
    }

    /**
     * The longest time in seconds between a publication's acknowledgement, or a moment if that was later, and its arrival at any client.
     *
     * @param from   acknowledged at this time or later
     * @param to     acknowledged before this time
     * @param moment what arrived before it was not late
     */
    static double ofAcknowledged(List<Acknowledged> published, Crowd crowd, long from, long to, long moment) {
        Map<String, Acknowledged> channels = new HashMap<>();
        published.forEach(channel -> channels.put(channel.channel(), channel));
        long[] longest = {0};
        crowd.forEachLedger(ledger -> {
            Acknowledged channel = channels.get(ledger.channel());
            ledger.forEachArrival((number, nanos) -> {
                if (channel.isAcknowledged(number)) {
                    long at = channel.acknowledgedAt(number);
                    if (at >= from && at < to) {
                        longest[0] = Math.max(longest[0], nanos - Math.max(at, moment));
                    }
                }
            });
        });
        return longest[0] / 1e9;
    }
}
