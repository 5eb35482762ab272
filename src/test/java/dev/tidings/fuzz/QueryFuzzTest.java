package dev.tidings.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.channel.RefusedException;
import dev.tidings.protocol.Query;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A query that is misread is another channel than the one that was asked for, and one that can't be read must be a 400. */
class QueryFuzzTest {
    @FuzzTest
    void aQueryIsReadOrRefused(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        Query query;
        List<String> names;
        try {
            query = new Query(text);
            names = query.all("channel");
        } catch (RefusedException e) {
            return;
        }
        query.lenient("cursor");
        for (String name : names) {
            readOrRefuse(() -> Channel.parse(name, Channel.DEFAULT_MAX_BYTES));
            if (!new Query("channel=" + URLEncoder.encode(name, StandardCharsets.UTF_8)).required("channel").equals(name)) {
                throw new AssertionError("not the same when it is encoded again");
            }
        }
        readOrRefuse(() -> query.one("since").map(since -> Position.parse("since", since)));
        readOrRefuse(() -> query.integer("limit", Integer.MAX_VALUE, 1));
        readOrRefuse(() -> query.flag("partial"));
    }

    private static void readOrRefuse(Runnable read) {
        try {
            read.run();
        } catch (RefusedException e) {
            // as it should be
        }
    }
}
