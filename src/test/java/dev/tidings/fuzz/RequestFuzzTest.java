package dev.tidings.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.PublishRequest;
import dev.tidings.hub.SubscribeRequest;
import dev.tidings.protocol.Json;
import dev.tidings.protocol.RequestReader;
import java.util.Map;
import java.util.Optional;

/** A request that makes the reader fail instead of refuse is a 500 with a stack trace in the log, as often as somebody likes. */
class RequestFuzzTest {
    private static final Channel CHANNEL = new Channel("chat:1");

    @FuzzTest
    void aRequestIsReadOrRefused(byte[] body) {
        RequestReader request;
        try {
            request = RequestReader.of(Json.parse(body), "the body");
        } catch (RefusedException e) {
            return;
        }
        readOrRefuse(() -> published(request.publish(CHANNEL, "")));
        readOrRefuse(() -> published(request.publish(CHANNEL, "key")));
        readOrRefuse(() -> subscribed(request.subscribe(CHANNEL, Optional.empty())));
        readOrRefuse(() -> request.subs(name -> Channel.parse(name, Channel.DEFAULT_MAX_BYTES), 50)
                .forEach((channel, sub) -> subscribed(sub.subscribe(channel, Optional.empty()))));
    }

    private static void published(PublishRequest request) {
        Json.parse(request.data());
        if (Channel.hasForbiddenCharacter(request.event()) || Channel.hasForbiddenCharacter(request.id())) {
            throw new AssertionError("an event or id would be written into an event stream with a line break or worse");
        }
        if (request.tags().size() > PublishRequest.MAX_TAGS) {
            throw new AssertionError("too many tags");
        }
    }

    private static void subscribed(SubscribeRequest request) {
        request.filter().ifPresent(filter -> filter.matches(Map.of("lang", "fr", "n", "12", "", "")));
    }

    private static void readOrRefuse(Runnable read) {
        try {
            read.run();
        } catch (RefusedException e) {
            if (e.refusal() != Refusal.BAD_REQUEST && e.refusal() != Refusal.LIMIT_EXCEEDED) {
                throw new AssertionError("refused with " + e.refusal(), e);
            }
        }
    }
}
