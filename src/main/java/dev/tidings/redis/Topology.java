package dev.tidings.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Who the masters are now, and who has which slots. Any thread may ask; nothing blocks. */
sealed interface Topology {
    /** Slots {@code from} to {@code to} are at a master. */
    record Range(int from, int to, Endpoint master) {
        static Range all(Endpoint master) {
            return new Range(0, Keys.SLOTS - 1, master);
        }
    }

    /** Finds out; fails when nobody answers. */
    Future<List<Range>> find();

    /** How often it must be asked although nothing went wrong; 0 = never. */
    long pollMillis();

    /** Begins to open its connections. */
    void open();

    /** Ends its connections. */
    void close();

    /** The listener is told of the connections to the hosts that are asked. */
    static Topology of(Vertx vertx, Dial dial, RedisSettings settings, Function<Endpoint, Pipeline.Listener> listener) {
        return switch (settings.mode()) {
            case STANDALONE -> new One(settings.endpoints().getFirst());
            case SENTINEL -> new Sentinels(settings.masterName(), pipelines(settings, endpoint -> new Pipeline(vertx, () -> dial.openSentinel(endpoint),
                    settings.timeout(), listener.apply(endpoint))));
            case CLUSTER -> {
                Function<Endpoint, Pipeline> opening = endpoint -> new Pipeline(vertx, () -> dial.open(endpoint), settings.timeout(), listener.apply(endpoint));
                yield new Cluster(Set.copyOf(settings.endpoints()), new ConcurrentHashMap<>(pipelines(settings, opening)), opening);
            }
        };
    }

    private static Map<Endpoint, Pipeline> pipelines(RedisSettings settings, Function<Endpoint, Pipeline> pipeline) {
        Map<Endpoint, Pipeline> pipelines = new LinkedHashMap<>();
        settings.endpoints().forEach(endpoint -> pipelines.computeIfAbsent(endpoint, pipeline));
        return pipelines;
    }

    /** One Redis, always the same. */
    record One(Endpoint master) implements Topology {
        @Override
        public Future<List<Range>> find() {
            return Future.succeededFuture(List.of(Range.all(master)));
        }

        @Override
        public long pollMillis() {
            return 0;
        }

        @Override
        public void open() {
            // has none
        }

        @Override
        public void close() {
            // has none
        }
    }

    /** A master that sentinels agree on. All of them are asked: one that is cut off still believes in the old master, and has the older epoch. */
    record Sentinels(String masterName, Map<Endpoint, Pipeline> sentinels) implements Topology {
        private record Answer(long epoch, Endpoint master) {
        }

        @Override
        public Future<List<Range>> find() {
            return Topology.ask(sentinels, pipeline -> pipeline.send(Request.cmd(Command.SENTINEL).arg("MASTER").arg(masterName)).map(Sentinels::read))
                    .compose(answers -> answers.stream().max(Comparator.comparingLong(Answer::epoch))
                            .map(answer -> Future.succeededFuture(List.of(Range.all(answer.master))))
                            .orElseGet(() -> Future.failedFuture("no sentinel knows a master named " + masterName)));
        }

        private static Answer read(Response fields) {
            Map<String, String> byName = new LinkedHashMap<>();
            for (int i = 0; i + 1 < fields.size(); i += 2) {
                byName.put(fields.get(i).toString(), fields.get(i + 1).toString());
            }
            return new Answer(Long.parseLong(byName.getOrDefault("config-epoch", "0")), new Endpoint(byName.get("ip"), Integer.parseInt(byName.get("port"))));
        }

        @Override
        public long pollMillis() {
            return 1_000; // an old master that is cut off together with this node says nothing of its end
        }

        @Override
        public void open() {
            sentinels.values().forEach(Pipeline::open);
        }

        @Override
        public void close() {
            sentinels.values().forEach(Pipeline::close);
        }
    }

    /**
     * The masters of a cluster. All hosts that are named are asked, and the masters they told of, should all that are named be gone one day; the one that has
     * seen the latest epoch is believed.
     */
    record Cluster(Set<Endpoint> named, Map<Endpoint, Pipeline> hosts, Function<Endpoint, Pipeline> opening) implements Topology {
        private record Answer(long epoch, List<Range> ranges) {
        }

        @Override
        public Future<List<Range>> find() {
            return Topology.ask(hosts, this::answerOf).compose(answers -> answers.stream().filter(answer -> !answer.ranges.isEmpty())
                    .max(Comparator.comparingLong(Answer::epoch)).map(answer -> Future.succeededFuture(askNextTime(answer.ranges)))
                    .orElseGet(() -> Future.failedFuture("no host of the cluster answers")));
        }

        private List<Range> askNextTime(List<Range> ranges) {
            Set<Endpoint> masters = ranges.stream().map(Range::master).collect(Collectors.toSet());
            masters.forEach(master -> hosts.computeIfAbsent(master, it -> opening.apply(it).open()));
            hosts.entrySet().removeIf(each -> {
                boolean isOld = !masters.contains(each.getKey()) && !named.contains(each.getKey());
                if (isOld) {
                    each.getValue().close();
                }
                return isOld;
            });
            return ranges;
        }

        private Future<Answer> answerOf(Pipeline pipeline) {
            Endpoint asked = hosts.entrySet().stream().filter(each -> each.getValue() == pipeline).findFirst().orElseThrow().getKey();
            Future<Response> info = pipeline.send(Request.cmd(Command.CLUSTER).arg("INFO"));
            Future<Response> slots = pipeline.send(Request.cmd(Command.CLUSTER).arg("SLOTS"));
            return Future.all(info, slots).map(_ -> new Answer(epoch(info.result().toString()), ranges(slots.result(), asked)));
        }

        private static long epoch(String info) {
            return info.lines().filter(line -> line.startsWith("cluster_current_epoch:")).map(line -> Long.parseLong(line.substring(22).strip())).findFirst().orElse(0L);
        }

        private static List<Range> ranges(Response slots, Endpoint asked) {
            List<Range> ranges = new ArrayList<>();
            for (Response range : slots) {
                Response master = range.get(2);
                String host = master.get(0) == null || master.get(0).toString().isEmpty() ? asked.host() : master.get(0).toString();
                ranges.add(new Range(range.get(0).toInteger(), range.get(1).toInteger(), new Endpoint(host, master.get(1).toInteger())));
            }
            return ranges;
        }

        @Override
        public long pollMillis() {
            return 2_000;
        }

        @Override
        public void open() {
            hosts.values().forEach(Pipeline::open);
        }

        @Override
        public void close() {
            hosts.values().forEach(Pipeline::close);
        }
    }

    private static <T> Future<List<T>> ask(Map<Endpoint, Pipeline> whom, Function<Pipeline, Future<T>> question) {
        List<Future<Optional<T>>> answers = whom.values().stream().map(question).map(answer -> answer.map(Optional::of).otherwise(Optional.empty())).toList();
        return Future.all(answers).map(_ -> answers.stream().map(Future::result).filter(Objects::nonNull).flatMap(Optional::stream).toList());
    }
}
