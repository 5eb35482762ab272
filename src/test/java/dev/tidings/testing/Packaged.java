package dev.tidings.testing;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What the integration tests run: the jar or the executable that the build packaged, or the executable that {@value #EXECUTABLE} names, which may have been
 * built on another machine.
 */
public final class Packaged {
    /** The system property that names an executable. */
    public static final String EXECUTABLE = "tidings.test.executable";
    /** What the build writes about the thing it packaged. */
    static final String DESCRIPTION = "quarkus-artifact.properties";
    private static final Path TARGET = Path.of("target");

    private final boolean executable;
    private final Path path;

    private Packaged(boolean executable, Path path) {
        this.executable = executable;
        this.path = path;
    }

    /** Looks for it; an {@link AssertionError} says what is missing. */
    public static Packaged find() {
        String given = System.getProperty(EXECUTABLE, "");
        Packaged found = given.isBlank() ? described() : new Packaged(true, Path.of(given));
        if (!(found.executable ? Files.isExecutable(found.path) : Files.exists(found.path))) {
            throw new AssertionError(found.path + " is missing: these tests run after the package phase");
        }
        return found;
    }

    private static Packaged described() {
        Properties description = new Properties();
        try (Reader reader = Files.newBufferedReader(TARGET.resolve(DESCRIPTION))) {
            description.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("these tests run after the package phase", e);
        }
        return new Packaged(description.getProperty("type").startsWith("native"), TARGET.resolve(description.getProperty("path")));
    }

    public boolean isExecutable() {
        return executable;
    }

    public Path path() {
        return path;
    }

    /** The command that runs it with these system properties. */
    List<String> command(List<String> properties) {
        if (executable) {
            return concat(List.of(path.toAbsolutePath().toString()), properties, List.of());
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return concat(List.of(java, "-XX:TieredStopAtLevel=1"), properties, List.of("-jar", path.toString()));
    }

    private static List<String> concat(List<String> first, List<String> second, List<String> third) {
        return Stream.of(first, second, third).flatMap(List::stream).toList();
    }
}
