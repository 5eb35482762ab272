package dev.tidings.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Recovery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.PublishRequest;
import dev.tidings.hub.SubscribeRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests that several doors have in common. */
class RequestReaderTest {
    private static final Channel NEWS = new Channel("news");

    private static RequestReader reader(String text) {
        return RequestReader.of(Json.parse(text.getBytes(StandardCharsets.UTF_8)), "body");
    }

    private static RefusedException refused(Runnable reading) {
        return assertThrows(RefusedException.class, reading::run);
    }

    private static PublishRequest publish(String text) {
        return reader(text).publish(NEWS, "");
    }

    private static SubscribeRequest subscribe(String text) {
        return reader(text).subscribe(NEWS, Optional.empty());
    }

    // -- publish ---------------------------------------------------------------------------------------------------------------------------------

    @Test
    void aPublicationWithEverything() {
        PublishRequest request = publish("""
                {"data": {"t": "x"}, "event":"created", "id":"m-77", "tags":{"lang":"fr"}, "skip_history":true, "idempotency_key":"k", "if":{"epoch":"Xk3f9Q","offset":43},
                 "version":8, "version_epoch":"v", "exclude":["c1","c2"], "info":{"user":"u","client":"c","conn_info":{"a":1},"chan_info":[2]}, "unknown":{}}""");

        assertEquals("{\"t\":\"x\"}", new String(request.data()));
        assertEquals(List.of("created", "m-77", "k", "v"), List.of(request.event(), request.id(), request.idempotencyKey(), request.versionEpoch()));
        assertEquals(Map.of("lang", "fr"), request.tags());
        assertEquals(Optional.of(new Position("Xk3f9Q", 43)), request.condition());
        assertEquals(8, request.version());
        assertEquals(Set.of("c1", "c2"), request.exclude());
        assertTrue(request.skipHistory());
        assertEquals(List.of("u", "c", "{\"a\":1}", "[2]"),
                List.of(request.info().user(), request.info().client(), new String(request.info().connInfo()), new String(request.info().chanInfo())));
    }

    @Test
    void aPublicationWithDataAlone() {
        PublishRequest request = publish("{\"data\":null}");

        assertEquals("null", new String(request.data()));
        assertEquals(ClientInfo.NONE, request.info());
        assertEquals(Optional.empty(), request.condition());
        assertFalse(request.skipHistory());
    }

    @Test
    void whatIsNullIsAbsent() {
        PublishRequest request = publish("{\"data\":1,\"event\":null,\"tags\":null,\"if\":null,\"exclude\":null,\"info\":null,\"version\":null,\"b64data\":null}");

        assertEquals("", request.event());
        assertEquals(0, request.version());
    }

    @Test
    void dataMayBeInBase64IfItIsJson() {
        String encoded = Base64.getEncoder().encodeToString("{ \"a\": 1 }".getBytes());

        assertEquals("{\"a\":1}", new String(publish("{\"b64data\":\"" + encoded + "\"}").data()));
        assertTrue(refused(() -> publish("{\"b64data\":\"!\"}")).getMessage().contains("base64"));
        assertTrue(refused(() -> publish("{\"b64data\":\"" + Base64.getEncoder().encodeToString(new byte[] {1, 2}) + "\"}")).getMessage().contains("JSON"));
        assertTrue(refused(() -> publish("{\"data\":1,\"b64data\":\"MQ==\"}")).getMessage().contains("both"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"data\":1,\"event\":1}", "{\"data\":1,\"tags\":[]}", "{\"data\":1,\"tags\":{\"a\":1}}", "{\"data\":1,\"if\":{\"epoch\":\"e\",\"offset\":-1}}",
            "{\"data\":1,\"if\":\"e:1\"}", "{\"data\":1,\"version\":-1}", "{\"data\":1,\"version\":1.5}", "{\"data\":1,\"exclude\":\"c\"}", "{\"data\":1,\"exclude\":[1]}",
            "{\"data\":1,\"skip_history\":1}", "{\"data\":1,\"idempotency_key\":\"\"}", "{\"data\":1,\"event\":\"tidings\"}", "{\"data\":1,\"event\":\"a\\nb\"}",
            "{\"data\":1,\"id\":\"a\\u0000\"}", "{\"data\":1,\"info\":1}"})
    void whatDoesNotFitIsRefused(String text) {
        assertEquals(Refusal.BAD_REQUEST, refused(() -> publish(text)).refusal());
    }

    @Test
    void theKeyMayStandInTheHeaderOrInTheBodyOrInBothAlike() {
        assertEquals("k", reader("{\"data\":1}").publish(NEWS, "k").idempotencyKey());
        assertEquals("k", reader("{\"data\":1,\"idempotency_key\":\"k\"}").publish(NEWS, "k").idempotencyKey());
        assertEquals(Refusal.BAD_REQUEST, refused(() -> reader("{\"data\":1,\"idempotency_key\":\"k\"}").publish(NEWS, "other")).refusal());
    }

    @Test
    void tagsAndExclusionsAreBounded() {
        String tags = IntStream.range(0, 33).mapToObj(i -> "\"t" + i + "\":\"\"").collect(Collectors.joining(","));
        String clients = IntStream.range(0, 101).mapToObj(i -> "\"c" + i + "\"").collect(Collectors.joining(","));

        assertEquals(Refusal.LIMIT_EXCEEDED, refused(() -> publish("{\"data\":1,\"tags\":{" + tags + "}}")).refusal());
        assertEquals(Refusal.LIMIT_EXCEEDED, refused(() -> publish("{\"data\":1,\"exclude\":[" + clients + "]}")).refusal());
        assertEquals(Refusal.BAD_REQUEST, refused(() -> publish("{\"data\":1,\"tags\":{\"a\":\"" + "\u00e9".repeat(129) + "\"}}")).refusal());
        assertEquals(1, publish("{\"data\":1,\"tags\":{\"a\":\"" + "\u00e9".repeat(128) + "\"}}").tags().size());
    }

    // -- subscribe -------------------------------------------------------------------------------------------------------------------------------

    @Test
    void aSubscriptionWithNothing() {
        assertEquals(SubscribeRequest.to(NEWS), subscribe("{}"));
    }

    @Test
    void aPositionCountsOnlyWhenItIsToBeRecovered() {
        assertEquals(new Recovery.Claim.At(new Position("e", 42)), subscribe("{\"recover\":true,\"epoch\":\"e\",\"offset\":42}").claim());
        assertEquals(new Recovery.Claim.At(new Position("", 0)), subscribe("{\"recover\":true}").claim());
        assertEquals(Recovery.NO_CLAIM, subscribe("{\"epoch\":\"e\",\"offset\":42}").claim());
    }

    @Test
    void wishesAreRead() {
        SubscribeRequest request = subscribe("{\"join_leave\":true,\"presence\":true,\"rewind\":20,\"flag\":3,\"tf\":{\"key\":\"a\",\"cmp\":\"ex\"}}");

        assertTrue(request.joinLeave() && request.members() && request.rejectUnrecovered() && request.filter().isPresent());
        assertEquals(20, request.rewind());
    }

    @Test
    void compactionIsIgnoredAndOtherTypesAreRefused() {
        assertFalse(subscribe("{\"flag\":1,\"delta\":\"fossil\",\"type\":0}").rejectUnrecovered());
        assertEquals(Refusal.BAD_REQUEST, refused(() -> subscribe("{\"type\":1}")).refusal());
    }

    @Test
    void channelsToSubscribeToAreBounded() {
        Map<Channel, RequestReader> subs = reader("{\"subs\":{\"a\":{\"rewind\":3},\"b\":{}}}").subs(Channel::new, 2);

        assertEquals(List.of(new Channel("a"), new Channel("b")), List.copyOf(subs.keySet()));
        assertEquals(3, subs.get(new Channel("a")).integer("rewind", 10));
        assertEquals(Map.of(), reader("{}").subs(Channel::new, 2));
        assertEquals(Refusal.LIMIT_EXCEEDED, refused(() -> reader("{\"subs\":{\"a\":{},\"b\":{},\"c\":{}}}").subs(Channel::new, 2)).refusal());
        assertEquals(Refusal.BAD_REQUEST, refused(() -> reader("{\"subs\":{\"a\":1}}").subs(Channel::new, 2)).refusal());
        assertEquals(Refusal.BAD_REQUEST, refused(() -> reader("{\"subs\":{\"*\":{}}}").subs(Channel::new, 2)).refusal());
    }

    @Test
    void aRefusalNamesTheField() {
        assertTrue(refused(() -> reader("{\"rewind\":\"x\"}").integer("rewind", 10)).getMessage().startsWith("\"rewind\""));
        assertTrue(refused(() -> reader("{}").required("channel")).getMessage().startsWith("\"channel\""));
    }
}
