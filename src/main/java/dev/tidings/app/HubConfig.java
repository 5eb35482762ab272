package dev.tidings.app;

import dev.tidings.channel.Namespace.RecoveryMode;
import dev.tidings.channel.Who;
import dev.tidings.redis.RedisSettings;
import io.quarkus.runtime.annotations.StaticInitSafe;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithDefaults;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All settings, below {@code tidings.}. {@code docs/configuration.md} is tested to list each with its default. */
@StaticInitSafe
@ConfigMapping(prefix = "tidings")
interface HubConfig {
    /** No authentication: anyone may do anything. Binds to loopback only, and says so loudly. */
    @WithDefault("false")
    boolean insecure();

    /** Where tokens come from and what they must hold. */
    Auth auth();

    /** What back ends call. */
    Api api();

    /** Allowed values of Origin for WebSocket upgrades and cross-origin requests; none = the same origin only. */
    Optional<List<String>> origins();

    /** Channels that begin with it need a token, whatever their namespace says; none = no channel does. */
    Optional<String> privatePrefix();

    /** Namespaces by name; {@code default} = channels without a colon, and always there. */
    @WithDefaults
    Map<String, NamespaceConfig> namespaces();

    /** Time between two keepalives. Proxies cut what is silent for 60 s, so it must stay well below. */
    @WithDefault("25s")
    Duration ping();

    /** How long a WebSocket client may take to answer a keepalive. */
    @WithDefault("8s")
    Duration pong();

    /** Admission, and the life of a connection. */
    Connections connections();

    /** What happens on SIGTERM. */
    Drain drain();

    /** What happens when nodes that share a broker have unequal shares of the connections. */
    Rebalance rebalance();

    /** Bounds on what clients and back ends send. */
    Limits limits();

    /** The Redis that nodes share. */
    Redis redis();

    /** The broker that keeps everything in this process. */
    Memory memory();

    /** The page at {@code /}. */
    Console console();

    /** The log. */
    Log log();

    /** Tokens. */
    interface Auth {
        /** Secret of HS256, HS384, HS512; 32 bytes or more, because a shorter one can be guessed from a token. */
        Optional<String> hmacSecret();

        /** Files with public keys: PEM, JWK or JWKS. */
        Optional<List<String>> publicKeys();

        /** Where the issuer publishes its keys as a JWKS. */
        Optional<URI> jwksUrl();

        /** What {@code iss} must be. */
        Optional<String> issuer();

        /** What {@code aud} must contain. */
        Optional<String> audience();

        /** Allowed algorithms; none = those that fit the keys. */
        Optional<List<String>> algorithms();

        /** Whether a token may stand in the query as {@code access_token}. Off, because URLs end up in logs. */
        @WithDefault("false")
        boolean queryToken();

        /** Whether clients without a token are served as anonymous ones; always so when insecure. */
        @WithDefault("false")
        boolean anonymous();

        /** Whether tokens without {@code exp} are accepted. Off, because they can't be taken back. */
        @WithDefault("false")
        boolean allowNonExpiring();

        /** Further issuers by name, each with keys of its own that count for its {@code iss} alone. */
        Map<String, Issuer> issuers();
    }

    /** One further issuer. */
    interface Issuer {
        /** What {@code iss} must be for these keys. */
        String issuer();

        /** Secret of HS256, HS384, HS512. */
        Optional<String> hmacSecret();

        /** Files with public keys: PEM, JWK or JWKS. */
        Optional<List<String>> publicKeys();

        /** Where the issuer publishes its keys as a JWKS. */
        Optional<URI> jwksUrl();

        /** What {@code aud} must contain. */
        Optional<String> audience();

        /** Allowed algorithms; none = those that fit the keys. */
        Optional<List<String>> algorithms();
    }

    /** The API. */
    interface Api {
        /** API keys of back ends: {@code key} for all scopes, or {@code key:publish+history+presence+manage}. */
        Optional<List<String>> keys();
    }

    /** One namespace. */
    interface NamespaceConfig {
        /** Publications retained in a channel; 0 = no history. */
        @WithDefault("0")
        int historySize();

        /** How long a publication is retained; 0 = no history. */
        @WithDefault("0s")
        Duration historyTtl();

        /** How long a channel's position outlives its last publication. Longer than any client stays away, or it is told a gap it has not. */
        @WithDefault("720h")
        Duration metaTtl();

        /** What a client that comes back is given: nothing, the stream since its position, or the newest publication. */
        @WithDefault("none")
        RecoveryMode recovery();

        /** Whether members are kept. */
        @WithDefault("false")
        boolean presence();

        /** Whether joins and leaves are pushed to those who ask; needs presence. */
        @WithDefault("false")
        boolean joinLeave();

        /** Who may subscribe. */
        @WithDefault("token")
        Who subscribe();

        /** Who of the clients may publish. */
        @WithDefault("nobody")
        Who publish();

        /** Who of the clients may read history. */
        @WithDefault("token")
        Who history();

        /** Who of the clients may read presence. */
        @WithDefault("token")
        Who presenceRead();

        /** Whether clients may publish past the history. */
        @WithDefault("false")
        boolean ephemeralPublish();

        /** Whether {@code name#42,43} is only for the users 42 and 43. */
        @WithDefault("false")
        boolean userChannels();

        /** Bytes of data in a publication; none = limits.publish-size. */
        Optional<MemorySize> maxPublishSize();
    }

    /** Connections. */
    interface Connections {
        /** Connections at once; at most 90 % of the open files that the process may have. */
        @WithDefault("20000")
        int max();

        /** Connections accepted in a second; the rest are told when to come back. */
        @WithDefault("500")
        int handshakesPerSecond();

        /** How long a connection may live; each ends at 80 to 100 % of it, so that they do not end together. */
        @WithDefault("1h")
        Duration maxAge();

        /** Connections of one user on one node; 0 = no limit. */
        @WithDefault("0")
        int maxPerUser();
    }

    /** Drain. */
    interface Drain {
        /** How long the goodbyes are spread. The process must be given more than this before it is killed. */
        @WithDefault("60s")
        Duration window();

        /** How long the node goes on as before when the hook of a pod's end (GET /q/drain) is called: endpoints and proxies learn of it that late. */
        @WithDefault("10s")
        Duration propagation();

        /** What is left of the window when a second SIGTERM comes. */
        @WithDefault("5s")
        Duration shortWindow();

        /** How long the node stays when it has drained, so that metrics of all that it counted are scraped: the interval of scrapes. A second SIGTERM ends it. */
        @WithDefault("0s")
        Duration finalScrape();
    }

    /** Rebalance. */
    interface Rebalance {
        /** Whether a node that has more than its share of the connections moves some to the others. */
        @WithDefault("true")
        boolean enabled();

        /** Percent above the mean of the nodes that are borne; 1 to 100. */
        @WithDefault("10")
        int tolerancePercent();

        /** Sessions that a node moves in a second at most. */
        @WithDefault("50")
        int ratePerSecond();

        /** A younger session is left alone. It is what keeps a client from being moved again as soon as it has arrived. */
        @WithDefault("60s")
        Duration minAge();

        /** Nothing is moved for so long after a node came. In a rollout another goes then: as long as it takes until that one drains, and a little more. */
        @WithDefault("80s")
        Duration settle();
    }

    /** Limits. */
    interface Limits {
        /** Bytes of a client's WebSocket message. */
        @WithDefault("64K")
        MemorySize messageSize();

        /** Bytes of data in a publication. */
        @WithDefault("64K")
        MemorySize publishSize();

        /** Bytes of a request body. */
        @WithDefault("256K")
        MemorySize bodySize();

        /** Channels of a WebSocket session. */
        @WithDefault("128")
        int channels();

        /** Channels of an SSE stream; 50 keep its ids under 350 bytes. */
        @WithDefault("50")
        int sseChannels();

        /** Bytes of a channel's name; up to 512. */
        @WithDefault("255")
        int channelSize();

        /** Publications in a page of history. */
        @WithDefault("300")
        int historyPage();

        /** Publications that the answer to a subscription may hold. */
        @WithDefault("300")
        int recovery();

        /** Bytes that may wait to be written to one client. */
        @WithDefault("1M")
        MemorySize outboxBytes();

        /** How long a byte may wait to be written. */
        @WithDefault("10s")
        Duration outboxAge();

        /** How long a WebSocket may stay without its first command. */
        @WithDefault("10s")
        Duration connectTimeout();

        /** Commands of a WebSocket session in a second in the long run; 0 = no limit. */
        @WithDefault("100")
        int commandsPerSecond();

        /** Commands of a WebSocket session at once. */
        @WithDefault("200")
        int commandsBurst();

        /** Commands that may fail in a minute; 0 = no limit. */
        @WithDefault("30")
        int errorsPerMinute();

        /** Publications of one API key or subject in a second; 0 = no limit. */
        @WithDefault("0")
        int publishesPerSecond();
    }

    /** Redis. */
    interface Redis {
        /** {@code host:port}: the Redis, the sentinels, or some nodes of the cluster; none = everything is in this process's memory. */
        Optional<List<String>> hosts();

        /** What stands behind the hosts: {@code standalone}, {@code sentinel} or {@code cluster} (Redis 7, Valkey 8 or newer). */
        @WithDefault("standalone")
        RedisSettings.Mode mode();

        /** The name by which sentinels know the master. */
        @WithDefault("mymaster")
        String masterName();

        /** ACL user; none = the default user. */
        Optional<String> username();

        /** Password; none = Redis asks for none. */
        Optional<String> password();

        /** File that holds the password, instead of {@code password}. */
        Optional<Path> passwordFile();

        /** ACL user of the sentinels. */
        Optional<String> sentinelUsername();

        /** Password of the sentinels. */
        Optional<String> sentinelPassword();

        /** What the name of every key and channel in Redis begins with, so that several applications can share one. */
        @WithDefault("tidings")
        String keyPrefix();

        /** Replicas that must have a publication before it is answered; 0 = none, and a failover may lose what was answered. */
        @WithDefault("0")
        int minReplicas();

        /** How long an answer may take before the connection is given up. A Redis or node that gets no CPU for a while should not count as away. */
        @WithDefault("5s")
        Duration timeout();

        /** Connections for requests to each master; each carries many requests at once. */
        @WithDefault("2")
        int pipelines();

        /** Encryption. */
        RedisTls tls();
    }

    /** Encryption of the connections to Redis. */
    interface RedisTls {
        /** Whether connections are encrypted. */
        @WithDefault("false")
        boolean enabled();

        /** PEM file with the authorities that Redis' certificate is checked against; none = those of the JVM. */
        Optional<Path> caFile();

        /** PEM file with the certificate of this node, where Redis asks for one. */
        Optional<Path> certFile();

        /** PEM file with the key of that certificate. */
        Optional<Path> keyFile();

        /** Whether Redis' certificate must name the host that was connected to. */
        @WithDefault("true")
        boolean verifyHostname();
    }

    /** Memory broker. */
    interface Memory {
        /** Bytes of history and positions in all channels; none = a quarter of the heap. */
        Optional<MemorySize> maxBytes();
    }

    /** Console. */
    interface Console {
        /** Whether the page is served; none = when insecure, which is when it can be used without a token. */
        Optional<Boolean> enabled();
    }

    /** Log. */
    interface Log {
        /** Whether the log is one JSON object a line instead of text. */
        @WithDefault("false")
        boolean json();
    }
}
