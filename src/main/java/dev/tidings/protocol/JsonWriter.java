package dev.tidings.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes JSON into bytes. The caller writes structure; commas between members and items are put in by it. Not for several threads. */
public final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes;
    private int length;
    private boolean needsComma;

    public JsonWriter() {
        this(256);
    }

    /** A writer that expects about this many bytes. */
    public JsonWriter(int expected) {
        bytes = new byte[expected];
    }

    /** Begins an object, as a value. */
    public JsonWriter object() {
        return open('{');
    }

    /** Begins an object, as a member. */
    public JsonWriter object(String name) {
        return name(name).open('{');
    }

    /** Ends an object. */
    public JsonWriter end() {
        return close('}');
    }

    /** Begins an array, as a member. */
    public JsonWriter array(String name) {
        return name(name).open('[');
    }

    /** Ends an array. */
    public JsonWriter endArray() {
        return close(']');
    }

    private JsonWriter open(char bracket) {
        comma();
        put(bracket);
        needsComma = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        put(bracket);
        needsComma = true;
        return this;
    }

    /** A member with a string. */
    public JsonWriter member(String name, String value) {
        name(name);
        string(value);
        return this;
    }

    /** A member with an integer. */
    public JsonWriter member(String name, long value) {
        name(name);
        ascii(Long.toString(value));
        needsComma = true;
        return this;
    }

    /** A member with a boolean. */
    public JsonWriter member(String name, boolean value) {
        name(name);
        ascii(value ? "true" : "false");
        needsComma = true;
        return this;
    }

    /** A member whose value is JSON already. */
    public JsonWriter raw(String name, byte[] json) {
        name(name);
        raw(json);
        return this;
    }

    /** A member that is null. */
    public JsonWriter nothing(String name) {
        name(name);
        ascii("null");
        needsComma = true;
        return this;
    }

    /** A string, as a value. */
    public JsonWriter value(String value) {
        comma();
        string(value);
        return this;
    }

    /** Puts a name; its value follows. */
    public JsonWriter name(String name) {
        comma();
        string(name);
        put(':');
        needsComma = false;
        return this;
    }

    private void raw(byte[] json) {
        ensure(json.length);
        System.arraycopy(json, 0, bytes, length, json.length);
        length += json.length;
        needsComma = true;
    }

    private void comma() {
        if (needsComma) {
            put(',');
            needsComma = false;
        }
    }

    private void string(String text) {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                i += wide(text, i);
            } else if (c < 0x20 || c == '"' || c == '\\') {
                escaped(c);
            } else {
                put(c);
            }
        }
        put('"');
        needsComma = true;
    }

    /** Writes the character at {@code at} in UTF-8; how many further chars it took. */
    private int wide(String text, int at) {
        int codePoint = text.codePointAt(at);
        int chars = Character.charCount(codePoint);
        byte[] utf8 = text.substring(at, at + chars).getBytes(StandardCharsets.UTF_8);
        ensure(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        return chars - 1;
    }

    private void escaped(char c) {
        put('\\');
        if (c == '"' || c == '\\') {
            put(c);
            return;
        }
        put('u');
        put('0');
        put('0');
        put((char) HEX[c >> 4]);
        put((char) HEX[c & 0xf]);
    }

    /** Writes text outside of JSON, such as the frame of an event; ASCII only. */
    public JsonWriter ascii(String text) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    /** Writes bytes outside of JSON. */
    public JsonWriter bytes(byte[] text) {
        raw(text);
        needsComma = false;
        return this;
    }

    private void put(char c) {
        ensure(1);
        bytes[length++] = (byte) c;
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    /** Everything written so far. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
