package dev.tidings.bench.scenarios;

import dev.tidings.bench.UsageException;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of the cluster run, read.
 *
 * @param image      of the hub
 * @param redisImage of Redis
 * @param chart      folder of the chart
 * @param namespace  which is made new, and deleted at the end
 * @param clients    in each scenario
 * @param window     seconds of a drain
 * @param rate       publications a second in all channels together
 * @param names      the scenarios to run
 * @param address    where clients and publishers connect, {@code host:port}; "" = the Service's port on the first node
 * @param prometheus which scrapes the pods; "" = none is asked
 * @param patient    whether the autoscaler comes down as slowly as shipped
 * @param set        values for the chart, as {@code --set} of helm takes them
 * @param results    folder of the report
 * @param words      the command line itself
 */
record ClusterSettings(String image, String redisImage, String chart, String namespace, int clients, int window, int rate, List<String> names, String address,
        String prometheus, boolean patient, List<String> set, String results, List<String> words) {
    static final String USAGE = """
            bench/kubernetes --image NAME[:TAG] [--option value ...]
              --image        the hub's image, which the nodes have or can pull
              --redis-image  an image with redis-server and a shell (redis:7)
              --scenario     names with commas (all)
              --clients      clients of each scenario (3000)
              --window       seconds of a drain (60, as shipped)
              --rate         publications a second (50)
              --address      host:port of the hub for clients (the Service's port on the first node)
              --prometheus   URL of a Prometheus that scrapes annotated pods: every panel of the dashboard is asked for its data (none)
              --patient      the autoscaler comes down as slowly as shipped: half an hour more
              --set          a value for the chart as name=value; may be given several times
              --namespace    is made new, and deleted at the end (tidings-bench)
              --results      folder of the report (bench/results)
            It needs kubectl and helm on the PATH, and KUBECONFIG or the default context.
            scenarios:
            """;
    private static final int CLIENTS_MIN = 30;
    private static final int CLIENTS_MAX = 15_000;
    private static final int WINDOW_MAX = 300;
    private static final int RATE_MAX = 5_000;

    static ClusterSettings parse(List<String> words, List<String> known) {
        String image = "";
        String redisImage = "redis:7";
        String namespace = "tidings-bench";
        int clients = 3_000;
        int window = 60;
        int rate = 50;
        List<String> names = known;
        String address = "";
        String prometheus = "";
        String results = "bench/results";
        List<String> set = new ArrayList<>();
        List<String> pairs = words.stream().filter(word -> !word.equals("--patient")).toList();
        if (pairs.size() % 2 != 0) {
            throw new UsageException("every option but --patient has a name and a value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            String value = pairs.get(i + 1);
            switch (pairs.get(i)) {
                case "--image" -> image = value;
                case "--redis-image" -> redisImage = value;
                case "--scenario" -> names = Settings.chosen(value, known);
                case "--clients" -> clients = Settings.number("--clients", value, CLIENTS_MIN, CLIENTS_MAX);
                case "--window" -> window = Settings.number("--window", value, 1, WINDOW_MAX);
                case "--rate" -> rate = Settings.number("--rate", value, 1, RATE_MAX);
                case "--address" -> address = value;
                case "--prometheus" -> prometheus = value;
                case "--set" -> set.add(value);
                case "--namespace" -> namespace = value;
                case "--results" -> results = value;
                default -> throw new UsageException("there is no option " + pairs.get(i));
            }
        }
        if (image.isEmpty()) {
            throw new UsageException("--image is missing");
        }
        return new ClusterSettings(image, redisImage, "helm/tidings", namespace, clients, window, rate, names, address, prometheus, words.contains("--patient"), set,
                results, words);
    }

    /** The command that repeats this run. */
    String command() {
        return "bench/kubernetes " + String.join(" ", words);
    }

    /** The chart's values, with the image's name taken apart as the chart wants it. */
    String values() {
        int slash = image.indexOf('/');
        String first = slash < 0 ? "" : image.substring(0, slash);
        boolean registry = first.equals("localhost") || first.contains(".") || first.contains(":");
        String path = registry ? image.substring(slash + 1) : image;
        int colon = path.lastIndexOf(':');
        return Cluster.resource("values.yaml").replace("@REGISTRY@", registry ? first : "").replace("@REPOSITORY@", colon < 0 ? path : path.substring(0, colon))
                .replace("@TAG@", colon < 0 ? "latest" : path.substring(colon + 1)).replace("@WINDOW@", Integer.toString(window));
    }
}
