package dev.tidings.app;

import io.quarkus.runtime.configuration.MemorySize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Checks of settings; each failure is a sentence that names key, value and what is allowed, and stops the start. */
final class Settings {
    private Settings() {
    }

    static int within(String key, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " is " + value + ", allowed is " + min + " to " + max);
        }
        return value;
    }

    static int size(String key, MemorySize value, int min, int max) {
        long bytes = value.asLongValue();
        if (bytes < min || bytes > max) {
            throw new IllegalArgumentException(key + " is " + bytes + " bytes, allowed is " + min + " to " + max);
        }
        return (int) bytes;
    }

    /** The one line of a file. */
    static String text(String key, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(key + " is " + file + ", which can't be read: " + e.getMessage(), e);
        }
    }

    static Optional<Path> readable(String key, Optional<Path> file) {
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new IllegalArgumentException(key + " is " + file.get() + ", which can't be read");
        }
        return file;
    }

    static Duration positive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(key + " is " + value + ", allowed is more than zero");
        }
        return value;
    }

    static Duration notNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(key + " is " + value + ", allowed is zero or more");
        }
        return value;
    }

    /** What is built from several settings, its complaints with their key in front. */
    static <T> T named(String key, Supplier<T> what) {
        try {
            return what.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }
}
