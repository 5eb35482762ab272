package dev.tidings.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} lists every key of {@link HubConfig} with its type and default, and no other. */
class ConfigurationReferenceTest {
    private static final Map<Class<?>, String> TYPES = Map.of(boolean.class, "boolean", Boolean.class, "boolean", int.class, "integer", Duration.class, "duration",
            MemorySize.class, "size", String.class, "text", URI.class, "address", List.class, "list", Path.class, "file");
    /** Not for subscribe: who is subscribed already need not ask. */
    private static final String SUBSCRIBER = ", `subscriber`";

    /** The rows as they should be, without meaning and example, by key. */
    private static SortedMap<String, String> rows() {
        SortedMap<String, String> rows = new TreeMap<>();
        collect(HubConfig.class, "tidings.", rows);
        return rows;
    }

    private static void collect(Class<?> group, String prefix, SortedMap<String, String> rows) {
        for (Method accessor : group.getDeclaredMethods()) {
            String key = prefix + accessor.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            Type type = accessor.getGenericReturnType();
            if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
                collect((Class<?>) map.getActualTypeArguments()[1], key + ".\"<name>\".", rows);
            } else if (type instanceof Class<?> nested && nested.isInterface()) {
                collect(nested, key + ".", rows);
            } else {
                String standard = Optional.ofNullable(accessor.getAnnotation(WithDefault.class)).map(it -> "`" + it.value() + "`").orElse("-");
                rows.put(key, "| `" + key + "`<br>`" + variable(key) + "` | " + type(key, type) + " | " + standard + " |");
            }
        }
    }

    private static String variable(String key) {
        return key.replace("<name>", "NAME").replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    private static String type(String key, Type type) {
        if (type instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
            return type(key, optional.getActualTypeArguments()[0]);
        }
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
        if (!raw.isEnum()) {
            return TYPES.get(raw);
        }
        String values = Arrays.stream(raw.getEnumConstants()).map(it -> "`" + it.toString().toLowerCase(Locale.ROOT) + "`").collect(Collectors.joining(", "));
        return key.endsWith(".subscribe") ? values.replace(SUBSCRIBER, "") : values;
    }

    @Test
    void everyKeyIsDescribedWithItsTypeAndDefault() throws IOException {
        List<String> described = Files.readAllLines(Path.of("docs", "configuration.md")).stream().filter(line -> line.startsWith("| `tidings.")).toList();
        SortedMap<String, String> found = new TreeMap<>();
        for (String line : described) {
            String[] cells = line.split(" \\| ");
            assertEquals(5, cells.length, line);
            assertTrue(cells[3].strip().length() > 10, () -> "no meaning: " + line);
            found.put(cells[0].substring(3, cells[0].indexOf('`', 3)), cells[0] + " | " + cells[1] + " | " + cells[2] + " |");
        }
        SortedMap<String, String> missing = rows();
        missing.values().removeAll(found.values());
        found.values().removeAll(rows().values());
        assertEquals("", String.join("\n", missing.values()), "not described, or not so");
        assertEquals("", String.join("\n", found.values()), "described, but not in HubConfig");
    }
}
