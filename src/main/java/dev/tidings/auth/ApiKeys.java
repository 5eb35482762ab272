package dev.tidings.auth;

import dev.tidings.auth.ApiKey.Scope;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The API keys of the setting {@code tidings.api.keys}. An entry is {@code key}, which may do everything, or {@code key:publish+history}. What follows the
 * last colon must be scopes, so a key that has a colon itself must be written with its scopes: a misspelt scope must not become part of a key that may do
 * everything. Keeps hashes, not keys; immutable, any thread.
 */
public final class ApiKeys {
    private static final String SETTING = "tidings.api.keys";
    /** The longest key that is looked at, in characters. */
    private static final int MAX_LENGTH = 1024;

    private final List<Entry> entries;

    private record Entry(byte[] hash, ApiKey key) {
    }

    /** Reads the entries; one that is malformed or repeats a key is refused by its number, never by its text. */
    public ApiKeys(List<String> settings) {
        List<Entry> read = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            Entry entry = read(settings.get(i), i + 1);
            for (int j = 0; j < read.size(); j++) {
                if (Arrays.equals(read.get(j).hash, entry.hash)) {
                    throw new IllegalArgumentException(SETTING + ": entry " + (i + 1) + " has the key of entry " + (j + 1));
                }
            }
            read.add(entry);
        }
        this.entries = List.copyOf(read);
    }

    private static Entry read(String setting, int number) {
        int colon = setting.lastIndexOf(':');
        String key = colon < 0 ? setting : setting.substring(0, colon);
        Set<Scope> scopes = colon < 0 ? EnumSet.allOf(Scope.class) : scopes(setting.substring(colon + 1), number);
        if (key.isEmpty() || key.length() > MAX_LENGTH || key.chars().anyMatch(c -> c <= 0x20 || c >= 0x7f)) {
            throw new IllegalArgumentException(SETTING + ": the key of entry " + number + " must be 1 to " + MAX_LENGTH
                    + " visible ASCII characters without spaces");
        }
        byte[] hash = hash(key);
        return new Entry(hash, new ApiKey("key-" + HexFormat.of().formatHex(hash, 0, 4), scopes));
    }

    private static Set<Scope> scopes(String words, int number) {
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String word : words.split("\\+", -1)) {
            scopes.add(Arrays.stream(Scope.values()).filter(scope -> scope.label().equals(word)).findFirst().orElseThrow(() ->
                    new IllegalArgumentException(SETTING + ": what follows the last colon of entry " + number + " must be scopes joined by +, allowed are "
                            + Arrays.stream(Scope.values()).map(Scope::label).collect(Collectors.joining(", ")))));
        }
        return scopes;
    }

    /** The key that was shown. Takes as long for a key that is nearly right as for any other: all hashes are compared, each in constant time. */
    public Optional<ApiKey> find(String shown) {
        if (shown.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        byte[] hash = hash(shown);
        Optional<ApiKey> found = Optional.empty();
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash, hash)) {
                found = Optional.of(entry.key);
            }
        }
        return found;
    }

    /** Whether there are none, and no back end can do anything. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform must have", e);
        }
    }

    /** Their names. */
    @Override
    public String toString() {
        return "ApiKeys" + entries.stream().map(entry -> entry.key.name()).toList();
    }
}
