package dev.tidings.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An executable has only the resources it was told of: a new one must be named, or a hub that works on a JVM can't start as an executable. */
class ResourcesTest {
    private static final Path RESOURCES = Path.of("src", "main", "resources");
    private static final String INCLUDES = "quarkus.native.resources.includes";
    /** What the framework adds by itself. */
    private static final List<String> KNOWN = List.of("application.properties", "META-INF/resources/**");

    private static List<String> includes() throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(RESOURCES.resolve("application.properties"))) {
            properties.load(reader);
        }
        return Arrays.asList(properties.getProperty(INCLUDES).split(","));
    }

    private static List<Path> resources() throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            return files.filter(Files::isRegularFile).map(RESOURCES::relativize).toList();
        }
    }

    private static PathMatcher glob(String pattern) {
        return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    }

    @Test
    void everyResourceIsInAnExecutable() throws IOException {
        List<PathMatcher> covered = Stream.concat(includes().stream(), KNOWN.stream()).map(ResourcesTest::glob).toList();

        assertEquals(List.of(), resources().stream().filter(resource -> covered.stream().noneMatch(each -> each.matches(resource))).toList(),
                "name them in " + INCLUDES);
    }

    @Test
    void whatIsNamedIsThere() throws IOException {
        for (String include : includes()) {
            assertTrue(resources().stream().anyMatch(glob(include)::matches), include);
        }
    }
}
