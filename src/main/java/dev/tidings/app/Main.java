package dev.tidings.app;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;

/** The process. SIGTERM ends it by way of a drain and with exit code 0, which is how an orchestrator knows a stop from a crash; a second one hastens it. */
@QuarkusMain
public final class Main implements QuarkusApplication {
    public static void main(String[] arguments) {
        Quarkus.run(Main.class, arguments);
    }

    @Override
    public int run(String... arguments) {
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
        Quarkus.waitForExit();
        return 0;
    }
}
