package dev.tidings.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a process uses: resident memory and processor time from /proc, live heap by asking its JVM. */
public final class ProcessGauge {
    /** /proc/PID/stat counts in hundredths of a second, whatever the kernel's own tick is. */
    private static final double TICKS_PER_SECOND = 100;
    /** The serial collector gives memory back in steps, and only the fourth full collection in a row gives all of it. */
    private static final int COLLECTIONS = 5;
    /** A JVM that has not answered by then is not going to. */
    private static final int JCMD_SECONDS_MAX = 60;
    private static final int USER_TIME_FIELD = 11;
    private static final int SYSTEM_TIME_FIELD = 12;
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final Pattern HISTOGRAM_TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");

    private final long pid;

    /** Of a process that runs. */
    public ProcessGauge(long pid) {
        this.pid = pid;
        if (!Files.isReadable(proc("stat"))) {
            throw new BenchException("no process " + pid + " under /proc");
        }
    }

    /** The load client itself. */
    static ProcessGauge ofThisProcess() {
        return new ProcessGauge(ProcessHandle.current().pid());
    }

    /** User and system time since the process started, in seconds. */
    public double processorSeconds() {
        return processorSeconds(read("stat"));
    }

    static double processorSeconds(String stat) {
        // The second field is the command in parentheses, which may itself hold spaces and parentheses.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER_TIME_FIELD]) + Long.parseLong(fields[SYSTEM_TIME_FIELD])) / TICKS_PER_SECOND;
    }

    /** Resident bytes. */
    public long residentBytes() {
        return find(RESIDENT, read("status")) * 1024;
    }

    /** Asks a JVM to collect its garbage and give memory back; a native executable is left as it is. */
    void collect() {
        if (isJvm()) {
            for (int i = 0; i < COLLECTIONS; i++) {
                jcmd("GC.run");
            }
        }
    }

    /** Bytes of all objects that a full collection leaves; empty where the process is no JVM. Independent of the collector and its settings. */
    OptionalLong liveHeapBytes() {
        return isJvm() ? OptionalLong.of(liveHeapBytes(jcmd("GC.class_histogram"))) : OptionalLong.empty();
    }

    static long liveHeapBytes(String histogram) {
        return find(HISTOGRAM_TOTAL, histogram);
    }

    /** What runs the process: the JVM and its version, or that it is native. */
    String runtime() {
        if (!isJvm()) {
            return "native executable";
        }
        // The first line is the process id.
        return jcmd("VM.version").lines().skip(1).findFirst().orElse("a JVM");
    }

    private boolean isJvm() {
        return read("comm").strip().equals("java");
    }

    /** What a JVM answers. Never ask this process's own: it would stand still until somebody reads the answer, which it then can't. */
    private String jcmd(String command) {
        var jcmd = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true);
        try {
            Process process = jcmd.start();
            CompletableFuture.delayedExecutor(JCMD_SECONDS_MAX, TimeUnit.SECONDS).execute(process::destroyForcibly);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("jcmd " + command + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }

    private static long find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new BenchException("nothing like " + pattern + " in: " + text);
        }
        return Long.parseLong(matcher.group(1));
    }

    private String read(String name) {
        try {
            return Files.readString(proc(name));
        } catch (IOException e) {
            throw new BenchException("process " + pid + " is gone");
        }
    }

    private Path proc(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
