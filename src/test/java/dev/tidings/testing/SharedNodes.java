package dev.tidings.testing;

import dev.tidings.broker.Nodes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What several nodes in one test share: their reports, and the questions of each to the others. A question completes when all have answered, or, where one
 * of them never does, when the test says that the {@linkplain #timeIsOver time is over}.
 */
public final class SharedNodes {
    private final InstantSource clock;
    private final Map<String, Nodes.Report> reports = new TreeMap<>();
    private final List<Place> places = new ArrayList<>();
    private final List<Asking> asking = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean away;
    private boolean slow;

    private record Asking(CompletableFuture<List<byte[]>> all, List<byte[]> answers) {
    }

    public SharedNodes(InstantSource clock) {
        this.clock = clock;
    }

    /** The place of one more node. */
    public Nodes join() {
        Place place = new Place();
        places.add(place);
        return place;
    }

    /** Whether what they share can't be reached: nobody reports, and nobody is asked. */
    public void setAway(boolean isAway) {
        away = isAway;
    }

    /** Reports are not answered until this is said again, with no. */
    public void setSlow(boolean isSlow) {
        slow = isSlow;
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    /** Whoever has not answered is no longer waited for. */
    public void timeIsOver() {
        asking.forEach(each -> each.all.complete(List.copyOf(each.answers)));
        asking.clear();
    }

    /** A report of a node that is not there. */
    public void put(Nodes.Report report) {
        reports.put(report.node(), report);
    }

    private List<Nodes.Report> seen() {
        return reports.values().stream().filter(report -> clock.millis() - report.time() < Nodes.REPORT_TTL_MILLIS).toList();
    }

    private final class Place implements Nodes {
        private Function<byte[], CompletionStage<byte[]>> respondent = _ -> new CompletableFuture<>();

        @Override
        public CompletionStage<List<Report>> report(Report own) {
            if (away) {
                return CompletableFuture.failedStage(new IllegalStateException("the store is away"));
            }
            put(new Report(own.node(), own.state(), own.connections(), own.limit(), own.version(), clock.millis()));
            CompletableFuture<List<Report>> answer = new CompletableFuture<>();
            if (slow) {
                waiting.add(() -> answer.complete(seen()));
            } else {
                answer.complete(seen());
            }
            return answer;
        }

        @Override
        public CompletionStage<Void> leave(String node) {
            reports.remove(node);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<List<byte[]>> ask(byte[] question) {
            if (away) {
                return CompletableFuture.failedStage(new IllegalStateException("the store is away"));
            }
            Asking started = new Asking(new CompletableFuture<>(), new ArrayList<>());
            asking.add(started);
            List<Place> others = places.stream().filter(place -> place != this).toList();
            for (Place other : others) {
                other.respondent.apply(question.clone()).thenAccept(answer -> {
                    started.answers.add(answer);
                    if (started.answers.size() == others.size()) {
                        started.all.complete(List.copyOf(started.answers));
                    }
                });
            }
            if (others.isEmpty()) {
                started.all.complete(List.of());
            }
            return started.all;
        }

        @Override
        public void answer(Function<byte[], CompletionStage<byte[]>> itsRespondent) {
            respondent = itsRespondent;
        }
    }
}
