package dev.tidings.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Opens connections: connects, proves who this node is, and gives up after a time. Each connection has a client of its own, because closing that is the
 * only way to end the connection for sure: closing a pooled connection only gives it back.
 */
final class Dial {
    /** Requests that may wait for their answers on one connection; one more is refused. */
    static final int MAX_WAITING = 16_384;

    private final Vertx vertx;
    private final RedisSettings settings;

    Dial(Vertx vertx, RedisSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /** An open connection, and what ends it. {@code server} tells one run of one Redis from all others; empty where that was not asked for, or not told. */
    record Line(Redis client, RedisConnection connection, String server) {
        /** The same, to that run of a Redis. */
        Line to(String itsServer) {
            return new Line(client, connection, itsServer);
        }

        /** Whether both are known to lead to different ones. */
        boolean leadsElsewhereThan(Line other) {
            return !server.isEmpty() && !other.server.isEmpty() && !server.equals(other.server);
        }

        void close() {
            client.close();
        }
    }

    /** A connection to a Redis. */
    Future<Line> open(Endpoint endpoint) {
        return open(endpoint, settings.login());
    }

    /** A connection to a sentinel. */
    Future<Line> openSentinel(Endpoint endpoint) {
        return open(endpoint, settings.sentinelLogin());
    }

    /** It is open when Redis has answered: one that reads its data, hangs, or wants a password that is not set, accepts connections all the same. */
    private Future<Line> open(Endpoint endpoint, RedisSettings.Login login) {
        Redis client = Redis.createClient(vertx, options(endpoint));
        Promise<Line> opened = Promise.promise();
        Duration within = settings.timeout();
        long timer = vertx.setTimer(within.toMillis(), _ -> opened.tryFail(new TimeoutException("no connection within " + within.toMillis() + " ms")));
        client.connect().compose(connection -> authenticate(connection, login).compose(_ -> connection.send(Request.cmd(Command.PING)))
                .map(_ -> new Line(client, connection, "")))
                .onSuccess(line -> {
                    if (!opened.tryComplete(line)) {
                        line.close(); // too late
                    }
                }).onFailure(opened::tryFail);
        return opened.future().onComplete(_ -> vertx.cancelTimer(timer)).onFailure(_ -> client.close());
    }

    /** By hand, because the client's own way answers some errors with silence, and hides which of name and password was refused. */
    private static Future<Void> authenticate(RedisConnection connection, RedisSettings.Login login) {
        if (login.password().isEmpty()) {
            return Future.succeededFuture();
        }
        Request auth = Request.cmd(Command.AUTH);
        login.username().ifPresent(auth::arg);
        return connection.send(auth.arg(login.password().get())).mapEmpty();
    }

    private RedisOptions options(Endpoint endpoint) {
        NetClientOptions net = new NetClientOptions().setConnectTimeout((int) settings.timeout().toMillis()).setTcpNoDelay(true).setTcpKeepAlive(true);
        settings.tls().ifPresent(tls -> {
            net.setSsl(true).setHostnameVerificationAlgorithm(tls.verifyHostname() ? "HTTPS" : "");
            tls.caFile().ifPresent(file -> net.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
            tls.certFile().ifPresent(file -> net.setKeyCertOptions(new PemKeyCertOptions().addCertPath(file.toString()).addKeyPath(tls.keyFile().get().toString())));
        });
        // RESP2: a push of RESP3 can eat the answer to a request on the same connection.
        return new RedisOptions().setConnectionString((settings.tls().isPresent() ? "rediss://" : "redis://") + endpoint).setNetClientOptions(net)
                .setProtocolNegotiation(false).setMaxPoolSize(1).setMaxPoolWaiting(1).setPoolRecycleTimeout(-1).setPoolCleanerInterval(-1)
                .setMaxWaitingHandlers(MAX_WAITING);
    }
}
