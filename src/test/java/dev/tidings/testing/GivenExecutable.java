package dev.tidings.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Lets the framework's own integration tests start the executable that {@value Packaged#EXECUTABLE} names. They look only at the description that a build
 * leaves in its output folder, so they are given one of another folder before the first of them looks.
 */
public final class GivenExecutable implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        String given = System.getProperty(Packaged.EXECUTABLE, "");
        if (given.isBlank()) {
            return;
        }
        try {
            Path folder = Files.createDirectories(Path.of("target", "given-executable"));
            Files.writeString(folder.resolve(Packaged.DESCRIPTION), "type=native\npath=" + Path.of(given).toAbsolutePath() + "\n");
            System.setProperty("build.output.directory", folder.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
