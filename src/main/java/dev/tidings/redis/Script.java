package dev.tidings.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.UnaryOperator;

/** A Lua script: one verb, one file under {@code redis/}, behind the file of what it shares with others. Its text is sent when Redis does not have it. */
final class Script {
    private final String text;
    private final String sha;

    private Script(String text) {
        this.text = text;
        try {
            this.sha = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** The scripts of this project, each with a change that tests make. */
    record All(Script publish, Script history, Script enter, Script refresh, Script leave, Script present, Script expire, Script release, Script report) {
        static All load(UnaryOperator<String> change) {
            String stream = file("stream");
            String members = file("members");
            return new All(of(change, stream, "publish"), of(change, stream, "history"), of(change, members, "enter"), of(change, members, "refresh"),
                    of(change, members, "leave"), of(change, members, "present"), of(change, members, "expire"), of(change, "", "release"), of(change, "", "report"));
        }
    }

    private static Script of(UnaryOperator<String> change, String shared, String verb) {
        return new Script(change.apply(shared + file(verb)));
    }

    private static String file(String verb) {
        try (InputStream in = Script.class.getResourceAsStream("/redis/" + verb + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("redis/" + verb + ".lua is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        return text;
    }

    /** What Redis calls it. */
    String sha() {
        return sha;
    }
}
