package dev.tidings.bench.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.bench.BenchException;
import dev.tidings.bench.Pause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;

/**
 * The cluster that {@code kubectl} talks to, seen as a person sees it: commands change it, and one {@code kubectl proxy} is asked what it is like.
 * Everything is in one namespace, which is made new and deleted at the end.
 */
final class Cluster implements AutoCloseable {
    static final String DEPLOYMENT = "tidings";
    private static final String SELECTOR = "app.kubernetes.io%2Fname%3Dtidings%2Capp.kubernetes.io%2Fcomponent%3Dhub";
    private static final int COMMAND_MINUTES_MAX = 10;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int POLL_MILLIS = 500;

    private final String namespace;
    private final Process proxy;
    private final String api;
    /** Of version 1.1: the proxy takes an offer to upgrade for a stream. */
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * A pod of the hub.
     *
     * @param ready       whether it gets new connections
     * @param terminating whether it was told to end
     * @param restarts    of its container
     * @param exitCode    of its container, once it has ended; -1 before
     */
    record Pod(String name, String node, boolean ready, boolean terminating, int restarts, int exitCode) {
        boolean isServing() {
            return ready && !terminating;
        }
    }

    /** Makes the namespace, under the Pod Security Standard {@code restricted}. */
    Cluster(String namespace) {
        this.namespace = namespace;
        try {
            proxy = new ProcessBuilder("kubectl", "proxy", "--port=0").redirectErrorStream(true).start();
            Runtime.getRuntime().addShutdownHook(new Thread(proxy::destroy));
            String line = new BufferedReader(new InputStreamReader(proxy.getInputStream(), StandardCharsets.UTF_8)).readLine();
            if (line == null || !line.contains("127.0.0.1:")) {
                throw new BenchException("kubectl proxy does not start: " + line);
            }
            api = "http://" + line.substring(line.indexOf("127.0.0.1:")).trim();
        } catch (IOException e) {
            throw new BenchException("kubectl is needed, and was not found: " + e.getMessage());
        }
        kubectl("delete", "namespace", namespace, "--ignore-not-found");
        run(List.of("kubectl", "create", "namespace", namespace), "");
        run(List.of("kubectl", "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted"), "");
    }

    String kubectl(String... words) {
        return run(in("kubectl", words), "");
    }

    /** Applies objects. */
    void apply(String yaml) {
        run(in("kubectl", "apply", "-f", "-"), yaml);
    }

    String helm(List<String> words) {
        return run(in("helm", words.toArray(String[]::new)), "");
    }

    private List<String> in(String program, String... words) {
        List<String> command = new ArrayList<>(List.of(program, "--namespace", namespace));
        command.addAll(List.of(words));
        return command;
    }

    private static String run(List<String> command, String input) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(COMMAND_MINUTES_MAX, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new BenchException(String.join(" ", command) + ":\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new BenchException(String.join(" ", command) + ": " + e.getMessage());
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }

    /** What the API server answers; a missing node where it answers anything but 200. */
    private String get(String path) {
        try {
            var answer = http.send(HttpRequest.newBuilder(URI.create(api + path)).timeout(ANSWER_MAX).build(), BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }

    private JsonNode object(String path) {
        String answer = get(path);
        return Json.parse(answer.isEmpty() ? "{}" : answer);
    }

    /** An object of the namespace, such as {@code apis/apps/v1}, {@code deployments/tidings}. */
    JsonNode object(String group, String what) {
        return object("/" + group + "/namespaces/" + namespace + "/" + what);
    }

    JsonNode deployment() {
        return object("apis/apps/v1", "deployments/" + DEPLOYMENT);
    }

    /** All pods of the hub that exist, also those that end. */
    List<Pod> pods() {
        return StreamSupport.stream(object("api/v1", "pods?labelSelector=" + SELECTOR).path("items").spliterator(), false).map(Cluster::pod).toList();
    }

    private static Pod pod(JsonNode json) {
        boolean ready = StreamSupport.stream(json.at("/status/conditions").spliterator(), false)
                .anyMatch(condition -> condition.path("type").asText().equals("Ready") && condition.path("status").asText().equals("True"));
        JsonNode container = json.at("/status/containerStatuses/0");
        return new Pod(json.at("/metadata/name").asText(), json.at("/spec/nodeName").asText(), ready, json.at("/metadata").has("deletionTimestamp"),
                container.path("restartCount").asInt(), container.at("/state/terminated/exitCode").asInt(-1));
    }

    List<Pod> serving() {
        return pods().stream().filter(Pod::isServing).toList();
    }

    /** What a pod shows to a scrape; "" where it does not answer. */
    String metrics(Pod pod) {
        return get("/api/v1/namespaces/" + namespace + "/pods/" + pod.name() + ":9000/proxy/q/metrics");
    }

    /** The sum of a metric of one pod over all labels that hold this text. */
    double metric(Pod pod, String name, String label) {
        return metrics(pod).lines().filter(line -> line.startsWith(name + "{") && line.contains(label) || line.startsWith(name + " ") && label.isEmpty())
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    /** Whether a pod says that it has no clients; one that does not answer does not say so. */
    boolean hasNoSessions(Pod pod) {
        return metrics(pod).contains("tidings_connections{") && sessions(pod) == 0;
    }

    int sessions(Pod pod) {
        return (int) metric(pod, "tidings_connections", "");
    }

    /** Sessions of all pods, also of those that end. */
    int sessions() {
        return pods().stream().mapToInt(this::sessions).sum();
    }

    /** What the metrics server says of the memory of the pods of the hub, in MB; 0 without one. */
    double memoryMegabytes() {
        return StreamSupport.stream(object("apis/metrics.k8s.io/v1beta1", "pods?labelSelector=" + SELECTOR).path("items").spliterator(), false)
                .mapToDouble(pod -> Quantity.bytes(pod.at("/containers/0/usage/memory").asText("0")) / (1 << 20)).sum();
    }

    /** Waits until exactly so many pods exist and serve, and every one of them is of the newest revision. */
    boolean awaitSettled(int replicas, int seconds) {
        return await(seconds, () -> {
            JsonNode status = deployment();
            List<Pod> pods = pods();
            return pods.size() == replicas && pods.stream().allMatch(Pod::isServing) && status.at("/status/updatedReplicas").asInt() == replicas
                    && status.at("/status/observedGeneration").asInt() == status.at("/metadata/generation").asInt();
        });
    }

    static boolean await(int seconds, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Pause.millis(POLL_MILLIS);
        }
        return true;
    }

    /** An address of a node at which other machines reach the Service's node port; {@code host:port}. */
    String nodePort(String service) {
        int port = object("api/v1", "services/" + service).at("/spec/ports/0/nodePort").asInt();
        JsonNode addresses = object("/api/v1/nodes").at("/items/0/status/addresses");
        String node = StreamSupport.stream(addresses.spliterator(), false).filter(each -> each.path("type").asText().equals("InternalIP"))
                .map(each -> each.path("address").asText()).findFirst().orElseThrow(() -> new BenchException("the first node has no address"));
        return node + ":" + port;
    }

    String version() {
        return object("/version").path("gitVersion").asText("unknown");
    }

    int nodes() {
        return object("/api/v1/nodes").path("items").size();
    }

    /** A file of the load client. */
    static String resource(String name) {
        try (var stream = Cluster.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        proxy.destroy();
        run(List.of("kubectl", "delete", "namespace", namespace, "--wait=false"), "");
    }
}
