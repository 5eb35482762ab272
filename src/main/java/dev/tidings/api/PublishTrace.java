package dev.tidings.api;

import dev.tidings.broker.Published;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One span per publish, if traces are switched on; without, a check of one field. Never holds a channel, a payload or a token. */
public final class PublishTrace {
    private final Tracer tracer;
    private final boolean enabled;

    /** {@code enabled} = whether spans go anywhere. */
    public PublishTrace(OpenTelemetry telemetry, boolean enabled) {
        this.tracer = telemetry.getTracer("dev.tidings");
        this.enabled = enabled;
    }

    /** Runs a publish inside a span; {@code subscriptions} tells how many subscriptions of this node it goes to. */
    CompletionStage<Published> around(Supplier<CompletionStage<Published>> publish, Supplier<Integer> subscriptions) {
        if (!enabled) {
            return publish.get();
        }
        Span span = tracer.spanBuilder("publish").setSpanKind(SpanKind.PRODUCER).setAttribute("messaging.system", "tidings").startSpan();
        try {
            span.setAttribute("tidings.deliveries", subscriptions.get());
            return publish.get().whenComplete((published, failure) -> {
                if (failure != null) {
                    span.setStatus(StatusCode.ERROR);
                } else {
                    span.setAttribute("tidings.duplicate", published.duplicate());
                }
                span.end();
            });
        } catch (RuntimeException e) {
            span.setStatus(StatusCode.ERROR);
            span.end();
            throw e;
        }
    }
}
