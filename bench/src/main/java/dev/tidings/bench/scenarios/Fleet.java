package dev.tidings.bench.scenarios;

import dev.tidings.bench.Pause;
import dev.tidings.bench.balancer.Balancer;
import dev.tidings.bench.balancer.BalancerProcess;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hub processes of a scenario, behind a balancer for clients and one for publishers. A thread of its own asks each hub of them whether it is
 * ready, as an orchestrator does, and has the balancers pass over those that are not.
 */
final class Fleet implements AutoCloseable {
    private static final int START_SECONDS_MAX = 180;
    private static final int POLL_MILLIS = 500;
    /** So many times in a row it must not be ready, or not answer, until it is passed over; what an orchestrator does by default. */
    private static final int FAILURES = 3;

    private final Settings settings;
    private final List<String> hubSettings;
    private final Path folder;
    private final BalancerProcess clients = BalancerProcess.start();
    private final Balancer publishers = new Balancer();
    private final List<HubNode> all = new ArrayList<>();
    private final List<HubNode> serving = new CopyOnWriteArrayList<>();
    private final AtomicInteger notReady = new AtomicInteger();
    private final Thread watch = Thread.ofVirtual().unstarted(this::watch);
    private volatile boolean closed;

    /** Without hubs yet. */
    Fleet(Settings settings, List<String> hubSettings, Path folder) {
        this.settings = settings;
        this.hubSettings = hubSettings;
        this.folder = folder;
        watch.start();
    }

    private void watch() {
        Map<HubNode, Integer> failures = new HashMap<>();
        while (!closed) {
            for (HubNode hub : serving) {
                probe(hub, failures);
            }
            Pause.millis(POLL_MILLIS);
        }
    }

    private void probe(HubNode hub, Map<HubNode, Integer> failures) {
        HubNode.Readiness readiness = hub.readiness();
        int before = failures.getOrDefault(hub, 0);
        int now = readiness == HubNode.Readiness.READY ? 0 : before + 1;
        failures.put(hub, now);
        if (!serving.contains(hub)) {
            return;
        }
        if (readiness == HubNode.Readiness.NOT_READY) {
            notReady.incrementAndGet();
        }
        boolean wasTaking = before < FAILURES;
        boolean taking = now < FAILURES;
        if (wasTaking != taking) {
            take(hub, taking);
        }
    }

    private void take(HubNode hub, boolean taking) {
        clients.take(hub.name(), taking);
        publishers.take(hub.name(), taking);
    }

    /** Starts a hub, with more settings and environment than the others have; nobody is sent to it. */
    HubNode launch(List<String> more, Map<String, String> environment) {
        List<String> words = Stream.of(hubSettings, more, settings.set()).flatMap(List::stream).map(setting -> "-D" + setting).toList();
        HubNode hub = HubNode.launch("hub-" + (all.size() + 1), settings.hub(), settings.jvm(), words, environment, folder);
        all.add(hub);
        return hub;
    }

    /** Starts hubs, and sends connections to them when all are ready. */
    List<HubNode> start(int count) {
        List<HubNode> hubs = Stream.generate(() -> launch(List.of(), Map.of())).limit(count).toList();
        admit(hubs);
        return hubs;
    }

    /** Waits until these are ready and sends connections to them. */
    void admit(List<HubNode> hubs) {
        hubs.forEach(hub -> hub.awaitReady(START_SECONDS_MAX));
        hubs.forEach(hub -> {
            clients.add(hub.name(), hub.port());
            publishers.add(hub.name(), new InetSocketAddress("127.0.0.1", hub.port()));
            serving.add(hub);
        });
    }

    /** No new connections for this hub, as an orchestrator does it before it tells a process to end. */
    void retire(HubNode hub) {
        serving.remove(hub);
        take(hub, false);
    }

    /** Hubs that connections are sent to. */
    List<HubNode> serving() {
        return List.copyOf(serving);
    }

    /** How often a hub that should be ready said that it is not. */
    int notReady() {
        return notReady.get();
    }

    BalancerProcess clients() {
        return clients;
    }

    Balancer publishers() {
        return publishers;
    }

    /** Sessions of all hubs that run, as they count them. */
    int countedSessions() {
        return all.stream().filter(HubNode::isAlive).mapToInt(HubNode::connections).sum();
    }

    /** What hubs logged that holds this text, each line with the hub's name. */
    String logged(String text) {
        return all.stream().flatMap(hub -> hub.logged(text).stream().map(line -> hub.name() + ": " + line)).collect(Collectors.joining("\n"));
    }

    /** How many hubs ended without being told to. */
    int crashed() {
        return (int) serving.stream().filter(hub -> !hub.isAlive()).count();
    }

    @Override
    public void close() {
        closed = true;
        all.forEach(HubNode::close);
        clients.close();
        publishers.close();
    }
}
