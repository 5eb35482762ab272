package dev.tidings.redis;

/** Where a Redis process listens. */
record Endpoint(String host, int port) implements Comparable<Endpoint> {
    private static final int DEFAULT_PORT = 6379;
    private static final int MAX_PORT = 65_535;

    /** Reads {@code host}, {@code host:port} or {@code [address]:port}. */
    static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon >= 0 && text.indexOf(']') < colon && (text.startsWith("[") || text.indexOf(':') == colon);
        String host = hasPort ? text.substring(0, colon) : text;
        String port = hasPort ? text.substring(colon + 1) : Integer.toString(DEFAULT_PORT);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MAX_PORT || !host.matches("[A-Za-z0-9._:%-]+")) {
            throw new IllegalArgumentException("tidings.redis.hosts has \"" + text + "\", allowed is host or host:port, without a scheme");
        }
        return new Endpoint(host, Integer.parseInt(port));
    }

    @Override
    public int compareTo(Endpoint other) {
        int byHost = host.compareTo(other.host);
        return byHost != 0 ? byHost : Integer.compare(port, other.port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ':' + port;
    }
}
