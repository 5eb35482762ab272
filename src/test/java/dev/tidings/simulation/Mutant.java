package dev.tidings.simulation;

import dev.tidings.hub.Hub;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The core with one fault planted: a source file is changed, compiled in memory, and the simulation is loaded beside it by a loader of its own. So the
 * core needs no switch for any of it.
 */
final class Mutant {
    private static final Path SOURCES = Path.of(System.getProperty("basedir", ""), "src/main/java/dev/tidings");

    private final Class<?> simulation;

    /** Changes a file below {@code dev/tidings}; {@code edits} are pairs of a text that must occur in it exactly once and the one that replaces it. */
    Mutant(String file, List<String> edits) {
        try {
            String source = Files.readString(SOURCES.resolve(file));
            for (int i = 0; i < edits.size(); i += 2) {
                String original = edits.get(i);
                if (source.indexOf(original) < 0 || source.indexOf(original) != source.lastIndexOf(original)) {
                    throw new AssertionError(file + " must hold this text once, for a fault to be planted there: " + original);
                }
                source = source.replace(original, edits.get(i + 1));
            }
            Map<String, byte[]> classes = compile("dev/tidings/" + file, source);
            simulation = new Loader(classes).loadClass(Simulation.class.getName());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs one seed; what did not hold. */
    Optional<?> run(long seed) {
        try {
            return (Optional<?>) simulation.getMethod("run", long.class).invoke(null, seed);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("seed " + seed + " with a planted fault", e);
        }
    }

    private static Map<String, byte[]> compile(String name, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> written = new HashMap<>();
        JavaFileManager inMemory = new ForwardingJavaFileManager<>(compiler.getStandardFileManager(null, null, null)) {
            @Override
            public JavaFileObject getJavaFileForOutput(Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
                return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/') + kind.extension), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return written.computeIfAbsent(className, _ -> new ByteArrayOutputStream());
                    }
                };
            }
        };
        JavaFileObject file = new SimpleJavaFileObject(URI.create("memory:///" + name), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
        StringWriter messages = new StringWriter();
        List<String> options = List.of("-classpath", Path.of(location()).toString(), "-proc:none");
        if (!compiler.getTask(messages, inMemory, null, options, null, List.of(file)).call()) {
            throw new AssertionError("the fault in " + name + " does not compile: " + messages);
        }
        Map<String, byte[]> classes = new HashMap<>();
        written.forEach((className, bytes) -> classes.put(className, bytes.toByteArray()));
        return classes;
    }

    private static URI location() {
        try {
            return Hub.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Loads all of Tidings anew, the changed classes instead of the original ones. */
    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> changed;

        Loader(Map<String, byte[]> changed) {
            super(Mutant.class.getClassLoader());
            this.changed = changed;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.tidings.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            byte[] bytes = changed.containsKey(name) ? changed.get(name) : original(name);
            return defineClass(name, bytes, 0, bytes.length);
        }

        private byte[] original(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
