package dev.tidings.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which Redis, and how it is reached.
 *
 * @param mode        what stands behind the hosts
 * @param hosts       {@code host:port}: the Redis, the sentinels, or some nodes of the cluster
 * @param masterName  the name that the sentinels know the master by
 * @param login       who this node is to Redis
 * @param sentinelLogin who this node is to the sentinels
 * @param tls         none = plain text
 * @param keyPrefix   what the name of every key and channel begins with
 * @param minReplicas replicas that must have a publication before it is answered; 0 = it is answered at once
 * @param timeout     how long an answer may be waited for; then the connection is given up
 * @param pipelines   connections for requests to each master
 */
public record RedisSettings(Mode mode, List<String> hosts, String masterName, Login login, Login sentinelLogin, Optional<Tls> tls, String keyPrefix,
        int minReplicas, Duration timeout, int pipelines) {
    /** What stands behind the hosts. */
    public enum Mode {
        /** One Redis. */
        STANDALONE,
        /** Sentinels, which know the master. */
        SENTINEL,
        /** A Redis Cluster of version 7 or newer, with sharded publish and subscribe. */
        CLUSTER
    }

    /** A name and a password; {@code toString} tells neither. */
    public record Login(Optional<String> username, Optional<String> password) {
        /** Nobody asks. */
        public static final Login NONE = new Login(Optional.empty(), Optional.empty());

        public Login {
            if (username.isPresent() && password.isEmpty()) {
                throw new IllegalArgumentException("tidings.redis.username is set and tidings.redis.password is not");
            }
        }

        @Override
        public String toString() {
            return "Login";
        }
    }

    /** How Redis is known, and how this node is. */
    public record Tls(Optional<Path> caFile, Optional<Path> certFile, Optional<Path> keyFile, boolean verifyHostname) {
        public Tls {
            if (certFile.isPresent() != keyFile.isPresent()) {
                throw new IllegalArgumentException("tidings.redis.tls.cert-file and tidings.redis.tls.key-file go together, only one is set");
            }
        }
    }

    public RedisSettings {
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("tidings.redis.hosts is empty");
        }
        hosts.forEach(Endpoint::parse);
        if (mode == Mode.STANDALONE && hosts.size() > 1) {
            throw new IllegalArgumentException("tidings.redis.hosts names " + hosts.size() + " hosts and tidings.redis.mode is standalone, allowed is one; or set"
                    + " tidings.redis.mode to sentinel or cluster");
        }
        if (!keyPrefix.matches("[^{}\\s\\p{Cntrl}]{1,64}")) {
            throw new IllegalArgumentException("tidings.redis.key-prefix is \"" + keyPrefix + "\", allowed are 1 to 64 characters without braces and white space");
        }
    }

    List<Endpoint> endpoints() {
        return hosts.stream().map(Endpoint::parse).toList();
    }
}
