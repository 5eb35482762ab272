package dev.tidings.app;

import io.vertx.ext.web.Router;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.jboss.logmanager.formatters.StructuredFormatter.ExceptionOutputType;
import org.jboss.logmanager.handlers.ConsoleHandler;

/** The console's log as one JSON object a line, where {@code tidings.log.json} asks for it. Holds from the hub's first line on. */
@Singleton
final class JsonLogs {
    private static final int FIRST = 0;

    private final boolean json;

    JsonLogs(HubConfig config) {
        this.json = config.log().json();
    }

    /** The router is what beans are told of first; when the service is said to start, others have written lines already. */
    void start(@Observes @Priority(FIRST) Router router) {
        if (json) {
            format(LogContext.getLogContext().getLogger("").getHandlers());
        }
    }

    /** Quarkus holds the console's handler behind one of its own. */
    private static void format(Handler[] handlers) {
        for (Handler handler : handlers) {
            if (handler instanceof ConsoleHandler) {
                JsonFormatter formatter = new JsonFormatter();
                formatter.setExceptionOutputType(ExceptionOutputType.FORMATTED);
                handler.setFormatter(formatter);
            } else if (handler instanceof ExtHandler outer) {
                format(outer.getHandlers());
            }
        }
    }
}
