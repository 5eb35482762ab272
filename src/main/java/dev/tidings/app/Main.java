package dev.tidings.app;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sun.misc.Signal;

/**
 * The process. SIGTERM ends it by way of a drain and with exit code 0, which is how an orchestrator knows a stop from a crash; a second one hastens it. With
 * {@code check} as the first argument it is a client that tries a hub out ({@link StreamCheck}), with {@code exercise} one that keeps it busy ({@link Exercise}); it
 * starts none then.
 */
@QuarkusMain
public final class Main implements QuarkusApplication {
    public static void main(String[] arguments) {
        List<String> rest = Stream.of(arguments).skip(1).toList();
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "check" -> System.exit(StreamCheck.run(rest, System.getenv(), System.out));
            case "exercise" -> System.exit(Exercise.run(rest, System.getenv(), System.out));
            default -> Quarkus.run(Main.class, Main::ended, arguments);
        }
    }

    /** The last line says in a sentence why the service does not run: it need not be looked for in a stack trace. */
    private static void ended(int code, Throwable failure) {
        if (failure != null) {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (!(cause instanceof IllegalArgumentException || cause instanceof ConfigValidationException || cause instanceof IOException)) {
                failure.printStackTrace(); // neither a setting nor a port: a fault
            }
            System.err.println("tidings can't start: " + sentence(cause));
        }
        System.exit(code);
    }

    /** Values of a wrong type are found before the service is there to look at them, and told with numbers and classes that nobody knows. */
    private static String sentence(Throwable cause) {
        if (!(cause instanceof ConfigValidationException wrong)) {
            return cause.getMessage();
        }
        return IntStream.range(0, wrong.getProblemCount()).mapToObj(i -> wrong.getProblem(i).getMessage().replaceAll("(?:[\\w.$]+Exception: )?SRCFG\\d+: ", ""))
                .collect(Collectors.joining("; "));
    }

    @Override
    public int run(String... arguments) {
        if (!LaunchMode.current().isDev()) { // dev mode ends the process itself, and hangs where a signal does not reach it
            drainOnSignals();
        }
        Quarkus.waitForExit();
        return 0;
    }

    private static void drainOnSignals() {
        AtomicBoolean stopping = new AtomicBoolean();
        for (String name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), _ -> {
                if (stopping.compareAndSet(false, true)) {
                    Quarkus.asyncExit(0);
                } else {
                    Arc.container().instance(Lifecycle.class).get().hasten();
                }
            });
        }
    }
}
