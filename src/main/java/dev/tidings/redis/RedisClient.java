package dev.tidings.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * This node's access to Redis, whatever stands behind it: runs scripts, publishes, subscribes. Shared by the store of streams, the presence and the
 * directory of nodes. Any thread; failures are {@link dev.tidings.channel.RefusedException}s that can be told to whoever asked.
 */
public final class RedisClient {
    private final Keys keys;
    private final Shards shards;
    private final Script.All scripts;
    private final boolean sharded;

    /** Access for the node of that name. */
    public RedisClient(Vertx vertx, RedisSettings settings, String node) {
        this(vertx, settings, node, UnaryOperator.identity());
    }

    /** The same with scripts that a test changes. */
    RedisClient(Vertx vertx, RedisSettings settings, String node, UnaryOperator<String> change) {
        this.keys = new Keys(settings.keyPrefix());
        this.shards = new Shards(vertx, settings, keys, node);
        this.scripts = Script.All.load(change);
        this.sharded = settings.mode() == RedisSettings.Mode.CLUSTER;
    }

    /** Begins to connect, and goes on for ever. */
    public void open() {
        shards.open();
    }

    /** Ends all connections. */
    public void close() {
        shards.close();
    }

    /** Whether every master can be reached and tells what is wanted, as far as is known. */
    public boolean isConnected() {
        return shards.isWhole();
    }

    /** How often Redis was away and came back. */
    public long reconnects() {
        return shards.reconnects();
    }

    Script.All scripts() {
        return scripts;
    }

    /** A key, or a channel of Redis. */
    String name(String tag, String what) {
        return keys.name(tag, what);
    }

    /** The command with which scripts publish. */
    String publishCommand() {
        return sharded ? "SPUBLISH" : "PUBLISH";
    }

    /** Runs a script on keys of one tag. */
    CompletionStage<Response> call(Script script, String tag, List<String> scriptKeys, Object... arguments) {
        return call(shards::send, script, tag, scriptKeys, arguments);
    }

    /** The same for a script whose answer may be large: nothing else waits behind it. */
    CompletionStage<Response> callReading(Script script, String tag, List<String> scriptKeys, Object... arguments) {
        return call(shards::sendReading, script, tag, scriptKeys, arguments);
    }

    /** The same; completes when its effect is on as many replicas as are wanted. */
    CompletionStage<Response> callReplicated(Script script, String tag, List<String> scriptKeys, Object... arguments) {
        return call(shards::sendReplicated, script, tag, scriptKeys, arguments);
    }

    private CompletionStage<Response> call(BiFunction<Integer, Supplier<Request>, Future<Response>> way, Script script, String tag, List<String> scriptKeys,
            Object[] arguments) {
        int slot = Keys.slot(tag);
        return stage(way.apply(slot, () -> request(Command.EVALSHA, script.sha(), scriptKeys, arguments)).recover(failure -> isMissing(failure)
                ? way.apply(slot, () -> request(Command.EVAL, script.text(), scriptKeys, arguments)) : Future.failedFuture(failure)));
    }

    private static boolean isMissing(Throwable failure) {
        return failure instanceof ErrorType error && error.is("NOSCRIPT");
    }

    private static Request request(Command command, String script, List<String> scriptKeys, Object[] arguments) {
        Request request = Request.cmd(command).arg(script).arg(scriptKeys.size());
        scriptKeys.forEach(request::arg);
        for (Object argument : arguments) {
            switch (argument) {
                case byte[] bytes -> request.arg(bytes);
                case Number number -> request.arg(number.longValue());
                default -> request.arg(argument.toString());
            }
        }
        return request;
    }

    /** Sends any other command on a key of the tag. */
    CompletionStage<Response> send(String tag, Command command, Object... arguments) {
        return stage(shards.send(Keys.slot(tag), () -> {
            Request request = Request.cmd(command);
            for (Object argument : arguments) {
                if (argument instanceof byte[] bytes) {
                    request.arg(bytes);
                } else {
                    request.arg(argument.toString());
                }
            }
            return request;
        }));
    }

    /** Publishes on a channel of Redis; completes with the number of nodes that are subscribed to it. */
    CompletionStage<Long> publish(String tag, String name, byte[] payload) {
        return send(tag, sharded ? Command.SPUBLISH : Command.PUBLISH, name, payload).thenApply(Response::toLong);
    }

    void subscribe(Wanted name) {
        shards.subscribe(name);
    }

    void unsubscribe(Wanted name) {
        shards.unsubscribe(name);
    }

    private static CompletionStage<Response> stage(Future<Response> future) {
        CompletableFuture<Response> stage = new CompletableFuture<>();
        future.onComplete(answer -> {
            if (answer.succeeded()) {
                stage.complete(answer.result());
            } else {
                stage.completeExceptionally(AwayException.of(answer.cause()));
            }
        });
        return stage;
    }
}
