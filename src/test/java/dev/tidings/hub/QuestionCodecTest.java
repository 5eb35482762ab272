package dev.tidings.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.hub.SessionControl.Target;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Identity.Override;
import dev.tidings.session.Identity.Overrides;
import dev.tidings.session.Identity.ServerSubscription;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions between nodes, as bytes that nodes of two versions must agree on. */
class QuestionCodecTest {
    private static final Target ADA = new Target("ada", "", "");
    private static final ServerSubscription DETAILS = new ServerSubscription("{\"a\":1}".getBytes(), "[2]".getBytes(), 1_760_000_000_000L,
            new Overrides(Override.ON, Override.AS_IS, Override.OFF));

    static Stream<Question> questions() {
        return Stream.of(new Question.Disconnect(ADA, Set.of(), Ending.of(Disconnect.FORCE_DISCONNECT)),
                new Question.Disconnect(new Target("ä\uD83D\uDE00", "c1", "s1"), new LinkedHashSet<>(List.of("c2", "")), Ending.application(4001, "moved out")),
                new Question.Unsubscribe(ADA, Optional.empty()), new Question.Unsubscribe(ADA, Optional.of(new Channel("news"))),
                new Question.Subscribe(ADA, new Channel("news"), DETAILS, Optional.of(new Position("Xk3f9Q", Position.MAX_OFFSET))),
                new Question.Subscribe(ADA, new Channel("news"), ServerSubscription.PLAIN, Optional.empty()), new Question.Refresh(ADA, true, 0),
                new Question.Refresh(ADA, false, 1_760_000_000_000L), new Question.Subscribed(ADA, new Channel("news")));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void whatIsAskedIsUnderstood(Question question) {
        byte[] bytes = QuestionCodec.encode(question);

        assertEquals(text(question), text(QuestionCodec.decode(bytes)));
    }

    /** Byte arrays in records have no equality of their own. */
    private static String text(Question question) {
        return question instanceof Question.Subscribe it ? it.target() + " " + it.channel() + Arrays.toString(it.details().info())
                + Arrays.toString(it.details().data()) + it.details().expiresAt() + it.details().overrides() + it.recoverSince() : question.toString();
    }

    @Test
    void theBytesOfThisVersionStayAsTheyAre() {
        List<String> bytes = questions().map(question -> HexFormat.of().formatHex(QuestionCodec.encode(question))).toList();

        assertEquals(List.of(
                "0101000000036164610000000000000000000000000000001" + "0464f5243455f444953434f4e4e45435400000daf00000010666f72636520646973636f6e6e656374",
                "010100000006c3a4f09f98800000000263310000000273310000000200000002633200000000" + "0000000b4150504c49434154494f4e00000fa1000000096d6f766564206f7574",
                "0102000000036164610000000000000000" + "00",
                "0102000000036164610000000000000000" + "01000000046e657773",
                "0103000000036164610000000000000000" + "000000046e657773" + "000000077b2261223a317d" + "000000035b325d" + "00000199c82cc000" + "010002"
                        + "0100000006586b33663951001fffffffffffff",
                "0103000000036164610000000000000000" + "000000046e657773" + "00000000" + "00000000" + "0000000000000000" + "000000" + "00",
                "0104000000036164610000000000000000" + "01" + "0000000000000000",
                "0104000000036164610000000000000000" + "00" + "00000199c82cc000",
                "0105000000036164610000000000000000" + "000000046e657773"), bytes);
    }

    @Test
    void answersAreNumbers() {
        assertEquals("010001e240", HexFormat.of().formatHex(QuestionCodec.answer(123_456)));
        assertEquals(123_456, QuestionCodec.sessions(QuestionCodec.answer(123_456)));
        assertThrows(IllegalArgumentException.class, () -> QuestionCodec.sessions(HexFormat.of().parseHex("02" + "00000001")));
        assertThrows(IllegalArgumentException.class, () -> QuestionCodec.sessions(new byte[0]));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void whatIsCutOffOrTooLongIsNotUnderstood(Question question) {
        byte[] bytes = QuestionCodec.encode(question);

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(IllegalArgumentException.class, () -> QuestionCodec.decode(cut), () -> cut.length + " of " + bytes.length + " bytes");
        }
        assertThrows(IllegalArgumentException.class, () -> QuestionCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "0205000000036164610000000000000000" + "000000046e657773", // another version
            "0100000000036164610000000000000000", "0106000000036164610000000000000000", // another verb
            "0105ffffffff", "01057fffffff", // a text of no length
            "0105000000036164610000000000000000" + "00000000", // a channel without a name
            "0105000000036164610000000000000000" + "000000012a", // a reserved name
            "010100000003616461000000000000000000000000" + "00000002" + "4e4f" + "00000daf" + "00000000", // a cause that this version does not have
    })
    void whatThisVersionDoesNotKnowIsNotUnderstood(String hex) {
        assertThrows(IllegalArgumentException.class, () -> QuestionCodec.decode(HexFormat.of().parseHex(hex)));
    }

    @Test
    void nothingThatArrivesDoesMoreHarmThanNotToBeUnderstood() {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> valid = questions().map(QuestionCodec::encode).toList();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.get(random.nextInt(valid.size())).clone();
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                QuestionCodec.decode(bytes);
            } catch (IllegalArgumentException e) {
                // as it should be
            }
        }
    }
}
