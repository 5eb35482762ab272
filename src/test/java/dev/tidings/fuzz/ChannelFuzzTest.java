package dev.tidings.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidings.channel.Channel;
import dev.tidings.channel.RefusedException;
import dev.tidings.protocol.Json;
import dev.tidings.protocol.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A name is written into JSON, into event streams and into cursors: whatever is let in must come out as it was. */
class ChannelFuzzTest {
    @FuzzTest
    void aNameThatIsLetInComesOutAgain(FuzzedDataProvider data) {
        String first = data.consumeString(600);
        String second = data.consumeRemainingAsString();
        Channel one = channel(first);
        if (one == null) {
            return;
        }
        byte[] utf8 = first.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > Channel.DEFAULT_MAX_BYTES || first.indexOf('\n') >= 0 || first.indexOf('\r') >= 0) {
            throw new AssertionError("let in: " + first);
        }
        byte[] json = new JsonWriter().object().member("channel", one.name()).end().toBytes();
        if (!Json.parse(json).members("it").get("channel").string("channel").equals(first)) {
            throw new AssertionError("came out otherwise: " + first);
        }
        Channel other = channel(second);
        if (other != null && Integer.signum(one.compareTo(other)) != Integer.signum(Arrays.compareUnsigned(utf8, second.getBytes(StandardCharsets.UTF_8)))) {
            throw new AssertionError("not in the order of the bytes: " + first + " and " + second);
        }
    }

    private static Channel channel(String name) {
        try {
            return Channel.parse(name, Channel.DEFAULT_MAX_BYTES);
        } catch (RefusedException e) {
            return null;
        }
    }
}
