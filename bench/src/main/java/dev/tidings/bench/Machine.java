package dev.tidings.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the figures were measured on, in words. */
public final class Machine {
    private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*: (.+)$");
    private static final Pattern KERNEL = Pattern.compile("^([\\d.]+)");
    private static final Pattern LOAD = Pattern.compile("^(\\S+ \\S+ \\S+)");

    private Machine() {
    }

    /** Cores, processor, kernel and the load average of now. */
    public static String describe() {
        return "%d cores (%s), Linux %s, load average %s".formatted(Runtime.getRuntime().availableProcessors(),
                find(MODEL, read("/proc/cpuinfo")), find(KERNEL, System.getProperty("os.version")), find(LOAD, read("/proc/loadavg")));
    }

    private static String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "unknown";
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new BenchException("cannot read " + path);
        }
    }
}
