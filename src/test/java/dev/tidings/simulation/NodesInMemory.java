package dev.tidings.simulation;

import dev.tidings.broker.Nodes;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the nodes know of each other: reports that come late or not at all, questions that do not reach everybody, and answers that are lost. */
final class NodesInMemory {
    private static final long ANSWER_MILLIS = 2_000;

    private final Store store;
    private final Schedule schedule;
    private final Map<String, Nodes.Report> reports = new TreeMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();

    NodesInMemory(Store store) {
        this.store = store;
        this.schedule = store.schedule;
    }

    Nodes join(String node) {
        Place place = new Place();
        places.put(node, place);
        return place;
    }

    /** The node is gone, without a word. */
    void lose(String node) {
        places.get(node).dead = true;
        places.remove(node);
    }

    private boolean fails() {
        return store.failing && schedule.chance(store.weather.failingPresence);
    }

    private final class Place implements Nodes {
        private Function<byte[], CompletionStage<byte[]>> respondent;
        private boolean dead;

        @Override
        public CompletionStage<List<Report>> report(Report own) {
            CompletableFuture<List<Report>> answer = new CompletableFuture<>();
            boolean fails = fails();
            later(() -> {
                long now = schedule.clock.millis();
                reports.put(own.node(), new Report(own.node(), own.state(), own.connections(), own.limit(), own.version(), now));
                reports.values().removeIf(report -> now - report.time() >= REPORT_TTL_MILLIS);
                List<Report> seen = List.copyOf(reports.values());
                later(() -> {
                    if (fails) {
                        answer.completeExceptionally(new RefusedException(Refusal.INTERNAL, "the store is away"));
                    } else {
                        answer.complete(seen);
                    }
                });
            });
            return answer;
        }

        @Override
        public CompletionStage<Void> leave(String node) {
            later(() -> reports.remove(node));
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<List<byte[]>> ask(byte[] question) {
            if (fails()) {
                return CompletableFuture.failedStage(new RefusedException(Refusal.INTERNAL, "the store is away"));
            }
            CompletableFuture<List<byte[]>> all = new CompletableFuture<>();
            List<byte[]> answers = new ArrayList<>();
            List<Place> others = places.values().stream().filter(place -> place != this).toList();
            for (Place other : others) {
                if (fails()) {
                    continue;
                }
                other.later(() -> other.respondent.apply(question).thenAccept(answer -> later(() -> {
                    answers.add(answer);
                    if (answers.size() == others.size()) {
                        all.complete(List.copyOf(answers));
                    }
                })));
            }
            schedule.inMillis(others.isEmpty() ? 0 : ANSWER_MILLIS, () -> all.complete(List.copyOf(answers)));
            return all;
        }

        @Override
        public void answer(Function<byte[], CompletionStage<byte[]>> itsRespondent) {
            respondent = itsRespondent;
        }

        private void later(Runnable task) {
            schedule.soon(store.weather.brokerLatencyMicros, () -> {
                if (!dead) {
                    task.run();
                }
            });
        }
    }
}
