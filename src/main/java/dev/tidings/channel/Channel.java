package dev.tidings.channel;

import java.nio.charset.StandardCharsets;

/**
 * The name that publications are published to and subscriptions are made on: 1 to {@link #MAX_BYTES} bytes of UTF-8 without control or format
 * characters; not {@code *}, and not {@code mercure}, which names the stream of the Mercure door.
 */
public record Channel(String name) implements Comparable<Channel> {
    /** The longest name in bytes of UTF-8 that any configuration may allow. */
    public static final int MAX_BYTES = 512;
    /** The longest name in bytes of UTF-8 unless configured otherwise. */
    public static final int DEFAULT_MAX_BYTES = 255;

    public Channel {
        check(name, MAX_BYTES);
    }

    /** The channel of that name, refused with {@link Refusal#BAD_REQUEST} when the name is not one or is longer than {@code maxBytes}. */
    public static Channel parse(String name, int maxBytes) {
        check(name, Math.min(maxBytes, MAX_BYTES));
        return new Channel(name);
    }

    /** Whether {@code text} has a character that no name, event or id may have: C0, C1, DEL, format characters (Cf), lone surrogates. */
    public static boolean hasForbiddenCharacter(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (c < 0x20 || c >= 0x7f && c < 0xa0 || c > 0xff && isFormatOrSurrogate(c) || c == 0xad) {
                return true;
            }
            i += Character.charCount(c);
        }
        return false;
    }

    private static boolean isFormatOrSurrogate(int c) {
        int type = Character.getType(c);
        return type == Character.FORMAT || type == Character.SURROGATE;
    }

    private static void check(String name, int maxBytes) {
        if (name.isEmpty()) {
            throw RefusedException.badRequest("\"channel\" is empty");
        }
        if (name.length() > maxBytes || utf8Length(name) > maxBytes) {
            throw RefusedException.badRequest("\"channel\" is longer than " + maxBytes + " bytes");
        }
        if (hasForbiddenCharacter(name)) {
            throw RefusedException.badRequest("\"channel\" has a control or format character");
        }
        if (name.equals("*") || name.equals("mercure")) {
            throw RefusedException.badRequest("\"channel\" is \"" + name + "\", a reserved name");
        }
    }

    private static int utf8Length(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Bytewise order of the UTF-8 form, which is code point order; UTF-16 order differs above U+FFFF. */
    @Override
    public int compareTo(Channel other) {
        int length = Math.min(name.length(), other.name.length());
        for (int i = 0; i < length; i++) {
            char a = name.charAt(i);
            char b = other.name.charAt(i);
            if (a != b) {
                return Character.isSurrogate(a) == Character.isSurrogate(b) ? Character.compare(a, b) : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(name.length(), other.name.length());
    }

    @Override
    public String toString() {
        return name;
    }
}
