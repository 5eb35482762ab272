package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.hub.SessionControl.Target;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Identity.Override;
import dev.tidings.session.Identity.Overrides;
import dev.tidings.session.Identity.ServerSubscription;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Questions between nodes, and their answers, as bytes:
 * <pre>
 *   question = version verb target rest         ; one byte, one byte, three texts, by verb
 *   answer   = version sessions                 ; one byte, four bytes
 *   text     = length *byte                     ; four bytes, UTF-8
 *   optional = %x00 / %x01 value
 * </pre>
 * During a rollout nodes of two versions ask each other. What a node does not know it refuses to read, and so does not answer: a change of the bytes needs
 * another version, never another meaning.
 */
final class QuestionCodec {
    /** The first byte of everything. */
    static final int VERSION = 1;
    private static final int DISCONNECT = 1;
    private static final int UNSUBSCRIBE = 2;
    private static final int SUBSCRIBE = 3;
    private static final int REFRESH = 4;
    private static final int SUBSCRIBED = 5;

    private QuestionCodec() {
    }

    /** A question as bytes. */
    static byte[] encode(Question question) {
        return write(out -> {
            switch (question) {
                case Question.Disconnect it -> {
                    head(out, DISCONNECT, it.target());
                    out.writeInt(it.spared().size());
                    for (String client : it.spared()) {
                        text(out, client);
                    }
                    text(out, it.ending().cause().name());
                    out.writeInt(it.ending().code());
                    text(out, it.ending().reason());
                }
                case Question.Unsubscribe it -> {
                    head(out, UNSUBSCRIBE, it.target());
                    out.writeBoolean(it.channel().isPresent());
                    if (it.channel().isPresent()) {
                        text(out, it.channel().get().name());
                    }
                }
                case Question.Subscribe it -> {
                    head(out, SUBSCRIBE, it.target());
                    text(out, it.channel().name());
                    details(out, it.details());
                    out.writeBoolean(it.recoverSince().isPresent());
                    if (it.recoverSince().isPresent()) {
                        text(out, it.recoverSince().get().epoch());
                        out.writeLong(it.recoverSince().get().offset());
                    }
                }
                case Question.Refresh it -> {
                    head(out, REFRESH, it.target());
                    out.writeBoolean(it.expired());
                    out.writeLong(it.expiresAt());
                }
                case Question.Subscribed it -> {
                    head(out, SUBSCRIBED, it.target());
                    text(out, it.channel().name());
                }
            }
        });
    }

    /** The question that the bytes are; fails with an {@link IllegalArgumentException} when they are none that this node knows. */
    static Question decode(byte[] bytes) {
        return read(bytes, in -> {
            int verb = in.readUnsignedByte();
            Target target = new Target(text(in), text(in), text(in));
            return switch (verb) {
                case DISCONNECT -> new Question.Disconnect(target, texts(in), new Ending(Disconnect.valueOf(text(in)), in.readInt(), text(in)));
                case UNSUBSCRIBE -> new Question.Unsubscribe(target, in.readBoolean() ? Optional.of(new Channel(text(in))) : Optional.empty());
                case SUBSCRIBE -> new Question.Subscribe(target, new Channel(text(in)), details(in),
                        in.readBoolean() ? Optional.of(new Position(text(in), in.readLong())) : Optional.empty());
                case REFRESH -> new Question.Refresh(target, in.readBoolean(), in.readLong());
                case SUBSCRIBED -> new Question.Subscribed(target, new Channel(text(in)));
                default -> throw new IllegalArgumentException("verb " + verb);
            };
        });
    }

    /** An answer as bytes: how many sessions were reached. */
    static byte[] answer(int sessions) {
        return write(out -> {
            out.writeByte(VERSION);
            out.writeInt(sessions);
        });
    }

    /** How many sessions were reached, as the answer says; fails with an {@link IllegalArgumentException} when it is none that this node knows. */
    static int sessions(byte[] answer) {
        return read(answer, DataInputStream::readInt);
    }

    private static void head(DataOutputStream out, int verb, Target target) throws IOException {
        out.writeByte(VERSION);
        out.writeByte(verb);
        text(out, target.user());
        text(out, target.client());
        text(out, target.session());
    }

    private static void details(DataOutputStream out, ServerSubscription details) throws IOException {
        bytes(out, details.info());
        bytes(out, details.data());
        out.writeLong(details.expiresAt());
        out.writeByte(details.overrides().presence().ordinal());
        out.writeByte(details.overrides().joinLeave().ordinal());
        out.writeByte(details.overrides().pushJoinLeave().ordinal());
    }

    private static ServerSubscription details(DataInputStream in) throws IOException {
        return new ServerSubscription(bytes(in), bytes(in), in.readLong(), new Overrides(override(in), override(in), override(in)));
    }

    private static Override override(DataInputStream in) throws IOException {
        int ordinal = in.readUnsignedByte();
        if (ordinal >= Override.values().length) {
            throw new IllegalArgumentException("override " + ordinal);
        }
        return Override.values()[ordinal];
    }

    private static Set<String> texts(DataInputStream in) throws IOException {
        int count = in.readInt();
        Set<String> texts = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(in));
        }
        return texts;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        bytes(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IllegalArgumentException("a length of " + length);
        }
        return in.readNBytes(length);
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private static byte[] write(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static <T> T read(byte[] bytes, Reading<T> reading) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("version " + version);
            }
            T read = reading.from(in);
            if (in.available() > 0) {
                throw new IllegalArgumentException(in.available() + " bytes too many");
            }
            return read;
        } catch (IOException e) {
            throw new IllegalArgumentException("it ends too early", e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not of this version: " + e.getMessage(), e);
        }
    }
}
