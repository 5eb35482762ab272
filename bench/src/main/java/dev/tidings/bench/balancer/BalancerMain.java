package dev.tidings.bench.balancer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * A {@link Balancer} as a process of its own, because clients and balancer together would need more open files than one process may have. It reads one
 * order a line and answers each with a line, and ends with its input.
 */
final class BalancerMain {
    private BalancerMain() {
    }

    public static void main(String[] arguments) throws IOException {
        try (var balancer = new Balancer(); var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(balancer.port());
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                System.out.println(obey(balancer, line.split(" ")));
            }
        }
    }

    private static String obey(Balancer balancer, String[] words) {
        switch (words[0]) {
            case "add" -> balancer.add(words[1], new InetSocketAddress("127.0.0.1", Integer.parseInt(words[2])));
            case "remove" -> balancer.remove(words[1]);
            case "take" -> balancer.take(words[1], Boolean.parseBoolean(words[2]));
            case "refuse" -> balancer.refuse(words[1], Boolean.parseBoolean(words[2]));
            case "stall" -> balancer.stall(words[1], Boolean.parseBoolean(words[2]));
            case "drop" -> {
                return Integer.toString(balancer.drop(words[1], Integer.parseInt(words[2])));
            }
            case "drop-all" -> balancer.dropAll();
            case "connections" -> {
                return Integer.toString(balancer.connections(words[1]));
            }
            default -> {
                return "unknown order " + words[0];
            }
        }
        return "done";
    }
}
