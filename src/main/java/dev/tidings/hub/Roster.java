package dev.tidings.hub;

import dev.tidings.broker.Nodes;
import dev.tidings.broker.Nodes.Report;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The nodes that share a broker, as this one knows them: it reports itself and keeps what it hears of the others. Any thread may call; what was heard is
 * replaced as a whole, so whoever reads sees the reports of one moment.
 */
public final class Roster {
    private final Nodes nodes;
    private final ThisNode node;
    private final Supplier<Report> own;
    private final InstantSource clock;
    private volatile Heard heard;

    private record Heard(List<Report> reports, long at) {
    }

    Roster(Nodes nodes, ThisNode node, Supplier<Report> own, InstantSource clock) {
        this.nodes = nodes;
        this.node = node;
        this.own = own;
        this.clock = clock;
        this.heard = new Heard(List.of(), Long.MIN_VALUE / 2);
    }

    /** Tells the others of this node; completes with the reports of all, and fails when the store that keeps them is away. */
    CompletionStage<List<Report>> report() {
        return nodes.report(own.get()).thenApply(reports -> {
            heard = new Heard(List.copyOf(reports), clock.millis());
            return reports;
        });
    }

    /** The reports that were heard last, in order of the nodes' names; of this node alone when nothing was heard for as long as a report counts. */
    public List<Report> seen() {
        Heard last = heard;
        return clock.millis() - last.at < Nodes.REPORT_TTL_MILLIS ? last.reports : List.of(own.get());
    }

    /** This node ends: the others no longer see it. */
    public CompletionStage<Void> leave() {
        return nodes.leave(node.name());
    }

    /** The name of this node. */
    String name() {
        return node.name();
    }

    /** What this node would report now. */
    Report own() {
        return own.get();
    }
}
