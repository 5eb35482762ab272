package dev.tidings.websocket;

import static dev.tidings.testing.RawConnection.BINARY;
import static dev.tidings.testing.RawConnection.CLOSE;
import static dev.tidings.testing.RawConnection.CONTINUATION;
import static dev.tidings.testing.RawConnection.CONTINUATION_UNFINISHED;
import static dev.tidings.testing.RawConnection.PING;
import static dev.tidings.testing.RawConnection.PONG;
import static dev.tidings.testing.RawConnection.TEXT;
import static dev.tidings.testing.RawConnection.TEXT_UNFINISHED;
import static dev.tidings.testing.RawConnection.frame;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.HubSettings;
import dev.tidings.testing.QuietLog;
import dev.tidings.testing.RawConnection;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody's WebSocket client sends, until somebody's does: each would crash the hub, fill it, or leave others without it. */
@QuarkusTest
@TestProfile(HostileSocketTest.Impatient.class)
public class HostileSocketTest {
    private static final String COMMAND = "{\"id\":2,\"ping\":{}}";
    private static final int LIMIT = 65_536;
    private static final int BURST = 200;

    @RegisterExtension
    static final QuietLog LOG = new QuietLog();

    @TestHTTPResource
    URI hub;

    /** Without authentication, and soon tired of who does not read. */
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return HubSettings.insecure().with("tidings.limits.outbox-age", "1s").namespace("live", "subscribe", "anyone").inProcess();
        }
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void assertClosed(RawConnection.Frame expected, byte[]... frames) {
        try (RawConnection client = RawConnection.to(hub).connected()) {
            for (byte[] frame : frames) {
                client.send(frame);
            }
            assertEquals(expected, client.closeFrame());
        }
    }

    private static RawConnection.Frame badRequest() {
        return new RawConnection.Frame(CLOSE, 3501, "bad request");
    }

    private static RawConnection.Frame tooBig() {
        return new RawConnection.Frame(CLOSE, 1009, "message too big");
    }

    // -- frames ----------------------------------------------------------------------------------------------------------------------------------

    @Test
    void aFrameThatComesByteByByteIsOneCommand() {
        try (RawConnection client = RawConnection.to(hub).connected()) {
            for (byte one : frame(TEXT, COMMAND)) {
                client.send(new byte[] {one});
            }
            assertEquals(COMMAND, client.frame().text());
        }
    }

    @Test
    void aFrameThatComesWithTheUpgradeIsNotLost() {
        byte[] connect = frame(TEXT, "{\"id\":1,\"connect\":{}}\n" + COMMAND);
        byte[] upgrade = bytes(RawConnection.upgrade());
        byte[] both = new byte[upgrade.length + connect.length];
        System.arraycopy(upgrade, 0, both, 0, upgrade.length);
        System.arraycopy(connect, 0, both, upgrade.length, connect.length);

        try (RawConnection client = RawConnection.to(hub).send(both)) {
            assertTrue(client.head().startsWith("HTTP/1.1 101"));
            String replies = client.frame().text();
            assertTrue((replies.contains(COMMAND) ? replies : replies + client.frame().text()).contains(COMMAND), replies);
        }
    }

    @Test
    void fragmentsAreOneMessageWithAPingBetweenThem() {
        try (RawConnection client = RawConnection.to(hub).connected()) {
            client.send(frame(TEXT_UNFINISHED, "{\"id\":2,")).send(frame(PING, "hi")).send(frame(CONTINUATION, "\"ping\":{}}"));
            assertEquals(new RawConnection.Frame(PONG, 0, "hi"), client.frame());
            assertEquals(COMMAND, client.frame().text());
        }
    }

    @Test
    void aCharacterThatIsSplitBetweenFragmentsStaysOne() {
        byte[] text = "{\"id\":2,\"publish\":{\"channel\":\"live:\u00e9\",\"data\":1}}".getBytes(StandardCharsets.UTF_8);
        int middle = new String(text, StandardCharsets.ISO_8859_1).indexOf('\u00c3') + 1;
        try (RawConnection client = RawConnection.to(hub).connected()) {
            client.send(frame(TEXT_UNFINISHED, java.util.Arrays.copyOf(text, middle))).send(frame(CONTINUATION, java.util.Arrays.copyOfRange(text, middle, text.length)));
            assertTrue(client.frame().text().contains("\"id\":2"));
        }
    }

    @Test
    void aMessageMayHaveExactlyTheLimitInOneFrameOrInMany() {
        String whole = COMMAND + " ".repeat(LIMIT - COMMAND.length());
        try (RawConnection client = RawConnection.to(hub).connected()) {
            client.send(frame(TEXT, whole));
            assertEquals(COMMAND, client.frame().text());
            client.send(frame(TEXT_UNFINISHED, whole.substring(0, 100))).send(frame(CONTINUATION, whole.substring(100)));
            assertEquals(COMMAND, client.frame().text());
        }
    }

    static Stream<Arguments> tooMuch() {
        byte[] over = " ".repeat(LIMIT + 1).getBytes(StandardCharsets.US_ASCII);
        byte[] half = " ".repeat(LIMIT / 2 + 1).getBytes(StandardCharsets.US_ASCII);
        return Stream.of(Arguments.of("one byte over", new byte[][] {frame(TEXT, over)}), Arguments.of("2 MB", new byte[][] {frame(TEXT, new byte[2 << 20])}),
                Arguments.of("100 MB announced", new byte[][] {frame(TEXT, bytes("x"), 100 << 20, 8, true)}),
                Arguments.of("2^62 announced", new byte[][] {frame(TEXT, bytes("x"), 1L << 62, 8, true)}),
                Arguments.of("binary", new byte[][] {frame(BINARY, over)}),
                Arguments.of("fragments", new byte[][] {frame(TEXT_UNFINISHED, half), frame(CONTINUATION, half)}),
                Arguments.of("fragments without an end", new byte[][] {frame(TEXT_UNFINISHED, half), frame(CONTINUATION_UNFINISHED, half)}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tooMuch")
    void whatIsTooBigIsToldSoBecauseTheClientWouldComeBackWithIt(String what, byte[][] frames) {
        assertClosed(tooBig(), frames);
    }

    static Stream<Arguments> noFrames() {
        byte[] command = bytes(COMMAND);
        return Stream.of(Arguments.of("reserved bit", frame(TEXT | 0x40, command)), Arguments.of("reserved bits", frame(TEXT | 0x70, command)),
                Arguments.of("reserved opcode 3", frame(0x83, command)), Arguments.of("reserved opcode 15", frame(0x8f, command)),
                Arguments.of("not masked", frame(TEXT, command, command.length, 0, false)), Arguments.of("length in 8 bytes", frame(TEXT, command, command.length, 8, true)),
                Arguments.of("negative length", frame(TEXT, command, -1L, 8, true)), Arguments.of("continuation of nothing", frame(CONTINUATION, command)),
                Arguments.of("ping in fragments", frame(PING & 0x7f, command)), Arguments.of("long ping", frame(PING, new byte[126])),
                Arguments.of("binary", frame(BINARY, command)), Arguments.of("close of one byte", frame(CLOSE, new byte[] {3})),
                Arguments.of("close 999", frame(CLOSE, new byte[] {3, (byte) 0xe7})), Arguments.of("close 1005", frame(CLOSE, new byte[] {3, (byte) 0xed})),
                Arguments.of("close with a reason that is not UTF-8", frame(CLOSE, new byte[] {3, (byte) 0xe8, (byte) 0xff})),
                Arguments.of("long close", frame(CLOSE, new byte[126])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noFrames")
    void whatIsNoFrameEndsTheConnectionWithAReason(String what, byte[] frame) {
        assertClosed(badRequest(), frame);
    }

    @Test
    void aSecondMessageInsideOfOneEndsTheConnection() {
        assertClosed(badRequest(), frame(TEXT_UNFINISHED, "{"), frame(TEXT, COMMAND));
    }

    @Test
    void nothingIsObeyedAfterTheGoodbye() {
        try (RawConnection client = RawConnection.to(hub).connected()) {
            client.send(frame(BINARY, "x")).send(frame(TEXT, COMMAND)).send(frame(TEXT, "x".repeat(LIMIT))).send(frame(TEXT, "x".repeat(LIMIT + 1)));
            assertEquals(badRequest(), client.frame());
            assertTrue(client.isClosedByHub());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1009, 3000, 4999})
    void aGoodbyeIsAnswered(int code) {
        byte[] goodbye = {(byte) (code >> 8), (byte) code, 'x'};
        assertClosed(new RawConnection.Frame(CLOSE, code, "x"), frame(CLOSE, goodbye));
    }

    // -- messages --------------------------------------------------------------------------------------------------------------------------------

    static Stream<String> noCommands() {
        return Stream.of("", "\n\r\n ", "x", "null", "1", "\"x\"", "[]", "[{\"id\":2,\"ping\":{}}]", "{\"id\":2}", "{\"ping\":{}}", "{\"id\":2,\"ping\":null}",
                "{\"id\":2,\"ping\":[]}", "{\"id\":2,\"ping\":{},\"send\":{}}", "{\"id\":0,\"ping\":{}}", "{\"id\":-1,\"ping\":{}}", "{\"id\":4294967296,\"ping\":{}}",
                "{\"id\":1.0,\"ping\":{}}", "{\"id\":1e2,\"ping\":{}}", "{\"id\":\"2\",\"ping\":{}}", "{\"id\":" + "9".repeat(999) + ",\"ping\":{}}",
                "{\"id\":2,\"ping\":{}}{\"id\":3,\"ping\":{}}", "{\"id\":2,\"ping\":{}}\u0000", "\ufeff{\"id\":2,\"ping\":{}}", "{\"id\":02,\"ping\":{}}",
                "{'id':2,'ping':{}}", "{\"id\":2,/**/\"ping\":{}}", "{\"id\":2,\"ping\":{\"x\":NaN}}", "{\"id\":2,\"ping\":{\"x\":-Infinity}}",
                "{\"id\":2,\"ping\":{\"x\":\"\\x\"}}", "{\"id\":2,\"ping\":{\"x\":\"\u0001\"}}", "{\"id\":2,\"ping\":{\"x\":\"\t\"}}",
                "{\"id\":2,\"ping\":{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}}", "{\"a\":".repeat(10_000),
                "{\"id\":2,\"ping\":{\"x\":" + "9".repeat(5_000) + "}}", "\u0000{\u0000}", "{\u0000}\u0000", "{\"id\":2,\"connect\":{}}");
    }

    @ParameterizedTest
    @MethodSource("noCommands")
    void whatIsNoCommandEndsTheConnection(String text) {
        assertClosed(badRequest(), frame(TEXT, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00ff", "\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00f4\u0090\u0080\u0080", "\u00c3"})
    void whatIsNotUtf8IsNotRepairedBecauseTwoChannelsWouldBecomeOne(String latin1) {
        assertClosed(badRequest(), frame(TEXT, bytes("{\"id\":2,\"subscribe\":{\"channel\":\"" + latin1 + "\"}}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "mercure", "a\\nb", "a\\rb", "a\\u0000", "a\\u0085", "a\\u200b", "a\\ufeff", "a\\ud800", "nowhere:a", "nowhere:"})
    void whatIsNoChannelIsRefusedAndTheConnectionStays(String channel) {
        try (RawConnection client = RawConnection.to(hub).connected()) {
            client.send(frame(TEXT, "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\"}}"));
            assertTrue(client.frame().text().startsWith("{\"id\":2,\"error\":{\"code\":10"));
            client.send(frame(TEXT, COMMAND));
            assertEquals(COMMAND, client.frame().text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740992", "9223372036854775807", "9223372036854775808", "1000000000000000000000000000000", "-1", "1.5", "1e3", "\"1\""})
    void anOffsetThatNoReaderOfJsonCouldKeepIsRefused(String offset) {
        try (RawConnection client = RawConnection.to(hub).connected()) {
            client.send(frame(TEXT, "{\"id\":2,\"subscribe\":{\"channel\":\"a\",\"recover\":true,\"epoch\":\"e\",\"offset\":" + offset + "}}"));
            assertTrue(client.frame().text().contains("\"error\":{\"code\":107"));
        }
    }

    static Stream<String> bombs() {
        String leaf = "{\"key\":\"a\",\"cmp\":\"ex\"}";
        return Stream.of("\"tf\":" + "{\"op\":\"not\",\"nodes\":[".repeat(20) + leaf + "]}".repeat(20),
                "\"tf\":{\"op\":\"or\",\"nodes\":[" + (leaf + ",").repeat(1_000) + leaf + "]}",
                "\"tf\":{\"key\":\"a\",\"cmp\":\"in\",\"vals\":[" + "\"x\",".repeat(1_000) + "\"x\"]}", "\"epoch\":\"" + "e".repeat(60_000) + "\"");
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void aSubscriptionThatWouldCostAllOthersTimeIsRefused(String member) {
        try (RawConnection client = RawConnection.to(hub).connected()) {
            client.send(frame(TEXT, "{\"id\":2,\"subscribe\":{\"channel\":\"a\"," + member + "}}"));
            assertTrue(client.frame().text().contains("\"error\":{\"code\":10"));
        }
    }

    // -- floods ----------------------------------------------------------------------------------------------------------------------------------

    @Test
    void thousandsOfCommandsAtOnceEndTheConnection() {
        byte[] one = frame(TEXT, COMMAND);
        byte[] flood = new byte[one.length * 1_000];
        for (int at = 0; at < flood.length; at += one.length) {
            System.arraycopy(one, 0, flood, at, one.length);
        }
        try (RawConnection client = RawConnection.to(hub).connected()) {
            for (int i = 0; i < 20; i++) {
                client.takes(flood);
            }
            assertEquals(new RawConnection.Frame(CLOSE, 3013, "too many requests"), client.closeFrame());
        }
    }

    @Test
    void commandsBeforeConnectEndTheConnection() {
        try (RawConnection client = RawConnection.to(hub).send(RawConnection.upgrade())) {
            client.head();
            client.send(frame(TEXT, (COMMAND + "\n").repeat(3 * BURST)));
            assertEquals(badRequest(), client.closeFrame());
        }
    }

    @Test
    void whoNeverReadsIsDroppedAndDoesNotWaitInTheKernel() {
        try (RawConnection sleeper = RawConnection.lazilyTo(hub).connected(); RawConnection publisher = RawConnection.to(hub)) {
            sleeper.send(frame(TEXT, "{\"id\":2,\"subscribe\":{\"channel\":\"live:slow\"}}")).frame();
            String data = "x".repeat(60_000);
            for (int i = 0; i < 150; i++) { // more than the buffers of both sides and the outbox hold
                publisher.post("/v1/publish", "{\"channel\":\"live:slow\",\"data\":\"" + data + "\"}");
                assertEquals(200, publisher.answer().status());
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> !sleeper.takes(frame(PONG, "x")));
        }
    }

    @Test
    void aConnectionThatIsResetInTheMiddleOfAFrameIsNoFault() {
        for (byte[] part : new byte[][] {frame(TEXT, bytes("x"), 60_000, 2, true), frame(TEXT_UNFINISHED, "{"), {(byte) TEXT}}) {
            RawConnection.to(hub).connected().send(part).reset();
        }
        try (RawConnection client = RawConnection.to(hub).connected()) {
            client.send(frame(TEXT, COMMAND));
            assertEquals(COMMAND, client.frame().text());
        }
    }

    // -- upgrades --------------------------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Version: 13>Sec-WebSocket-Version: 8", "Sec-WebSocket-Version: 13>Sec-WebSocket-Version: 99", "dGhlIHNhbXBsZSBub25jZQ==>x",
            "tidings.v1.json>unknown", "GET>POST", "Connection: Upgrade>Connection: close"})
    void whatIsNoUpgradeIsRefusedWithAStatus(String change) {
        String[] fromTo = change.split(">");
        try (RawConnection client = RawConnection.to(hub).send(RawConnection.upgrade().replace(fromTo[0], fromTo[1]))) {
            int status = client.answer().status();
            assertTrue(status >= 400 && status < 500, "status " + status);
        }
    }

    @Test
    void anUpgradeMayFollowOneThatFailed() {
        String bad = RawConnection.upgrade().replace("tidings.v1.json", "unknown");
        try (RawConnection client = RawConnection.to(hub)) {
            assertEquals(400, client.send(bad).answer().status());
            client.connected();
        }
    }
}
