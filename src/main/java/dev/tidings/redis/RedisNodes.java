package dev.tidings.redis;

import dev.tidings.broker.Nodes;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The nodes that share a Redis: their reports are fields of one hash, and they ask each other over two channels of Redis, one that all listen to and one
 * of each node's own. A question is answered by as many nodes as Redis says it reached. Any thread.
 */
public final class RedisNodes implements Nodes {
    /** How long answers are waited for. */
    static final long ANSWER_MILLIS = 2_000;
    private static final String TAG = "nodes";
    private static final String ALL = "all";
    private static final Logger LOG = Logger.getLogger("dev.tidings.redis");

    private final RedisClient redis;
    private final String node;
    private final Map<Long, Question> asked = new ConcurrentHashMap<>();
    /** Begins anywhere: a node that starts again under its name must not take answers for its predecessor. */
    private final AtomicLong numbers = new AtomicLong(ThreadLocalRandom.current().nextLong(1L << 48));
    private volatile boolean saidUnreadable;
    private Function<byte[], CompletionStage<byte[]>> respondent = _ -> CompletableFuture.failedStage(new IllegalStateException("nobody answers here"));

    private static final class Question {
        final List<byte[]> answers = new ArrayList<>();
        final CompletableFuture<List<byte[]>> all = new CompletableFuture<>();
        long expected = Long.MAX_VALUE;
        long settled;

        synchronized void answered(byte[] answer) {
            answers.add(answer);
            settle();
        }

        synchronized void settle() {
            settled++;
            complete();
        }

        synchronized void expect(long nodes) {
            expected = nodes;
            complete();
        }

        private void complete() {
            if (settled >= expected) {
                all.complete(List.copyOf(answers));
            }
        }

        synchronized List<byte[]> soFar() {
            return List.copyOf(answers);
        }
    }

    /** The node of that name among the others. */
    public RedisNodes(RedisClient redis, String node) {
        this.redis = redis;
        this.node = node;
    }

    @Override
    public void answer(Function<byte[], CompletionStage<byte[]>> itsRespondent) {
        respondent = itsRespondent;
        listen(ALL, this::asked);
        listen(own(node), this::answered);
    }

    /** No name of a node must be one of another thing. */
    private static String own(String name) {
        return "node:" + name;
    }

    private void listen(String what, Consumer<Message> with) {
        redis.subscribe(new Wanted(redis.name(TAG, what), Keys.slot(TAG), new Wanted.Receiver() {
            @Override
            public void received(byte[] payload) {
                Message message;
                try {
                    message = Message.read(payload);
                } catch (IndexOutOfBoundsException | NumberFormatException e) {
                    if (!saidUnreadable) {
                        saidUnreadable = true; // once: somebody else publishes here
                        LOG.warnf("what is told on %s can't be read", redis.name(TAG, what));
                    }
                    return;
                }
                with.accept(message);
            }

            @Override
            public void resubscribed() {
                // whoever asked meanwhile did not count this node
            }
        }));
    }

    // -- reports -------------------------------------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<List<Report>> report(Report own) {
        String text = String.join("\n", own.state().label(), Long.toString(own.connections()), Long.toString(own.limit()), own.version());
        return redis.call(redis.scripts().report(), TAG, List.of(redis.name(TAG, "reports")), own.node(), text, REPORT_TTL_MILLIS).thenApply(RedisNodes::reports);
    }

    private static List<Report> reports(Response answer) {
        List<Report> reports = new ArrayList<>();
        for (int i = 0; i + 2 < answer.size(); i += 3) {
            String[] fields = answer.get(i + 2).toString().split("\n", 4);
            if (fields.length == 4) { // else of a version that says it otherwise
                State state = switch (fields[0]) {
                    case "ready" -> State.READY;
                    case "degraded" -> State.DEGRADED;
                    default -> State.DRAINING;
                };
                reports.add(new Report(answer.get(i).toString(), state, Long.parseLong(fields[1]), Long.parseLong(fields[2]), fields[3], answer.get(i + 1).toLong()));
            }
        }
        reports.sort(Comparator.comparing(Report::node));
        return reports;
    }

    @Override
    public CompletionStage<Void> leave(String name) {
        return redis.send(TAG, Command.HDEL, redis.name(TAG, "reports"), name).thenApply(_ -> null);
    }

    // -- questions -----------------------------------------------------------------------------------------------------------------------------

    /** {@code number : node LF question}, on the channel of all. This node hears it too, and counts among those that it reached. */
    @Override
    public CompletionStage<List<byte[]>> ask(byte[] question) {
        long number = numbers.incrementAndGet();
        Question mine = new Question();
        asked.put(number, mine);
        redis.publish(TAG, redis.name(TAG, ALL), message(number, node, question)).whenComplete((reached, failure) -> {
            if (failure != null) {
                mine.all.completeExceptionally(failure);
            } else {
                mine.expect(reached);
            }
        });
        return mine.all.completeOnTimeout(List.of(), ANSWER_MILLIS, TimeUnit.MILLISECONDS).thenApply(answers -> answers.isEmpty() ? mine.soFar() : answers)
                .whenComplete((_, _) -> asked.remove(number));
    }

    private void asked(Message question) {
        if (question.from.equals(node)) {
            Question own = asked.get(question.number);
            if (own != null) {
                own.settle();
            }
            return;
        }
        CompletionStage<byte[]> answer;
        try {
            answer = respondent.apply(question.body);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedStage(e);
        }
        answer.whenComplete((body, failure) -> redis.publish(TAG, redis.name(TAG, own(question.from)),
                failure == null ? message(question.number, ALL, body) : message(question.number, "", new byte[0])));
    }

    private void answered(Message answer) {
        Question question = asked.get(answer.number);
        if (question == null) {
            return; // too late
        }
        if (answer.from.isEmpty()) {
            question.settle(); // it could not answer
        } else {
            question.answered(answer.body);
        }
    }

    private static byte[] message(long number, String from, byte[] body) {
        byte[] head = (number + ":" + from + '\n').getBytes(StandardCharsets.UTF_8);
        byte[] message = new byte[head.length + body.length];
        System.arraycopy(head, 0, message, 0, head.length);
        System.arraycopy(body, 0, message, head.length, body.length);
        return message;
    }

    private record Message(long number, String from, byte[] body) {
        static Message read(byte[] payload) {
            int end = 0;
            while (payload[end] != '\n') {
                end++;
            }
            String head = new String(payload, 0, end, StandardCharsets.UTF_8);
            int colon = head.indexOf(':');
            return new Message(Long.parseLong(head.substring(0, colon)), head.substring(colon + 1), Arrays.copyOfRange(payload, end + 1, payload.length));
        }
    }
}
