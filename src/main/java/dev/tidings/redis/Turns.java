package dev.tidings.redis;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Lets so many requests be under way at once; the others wait for their turn, in order. Any thread; guarded by its monitor, which no request is made in. */
final class Turns {
    private final int most;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int underWay;

    Turns(int most) {
        this.most = most;
    }

    /** Makes the request when it is its turn; completes as it does. */
    <T> CompletionStage<T> take(Supplier<CompletionStage<T>> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable turn = () -> request.get().whenComplete((value, failure) -> {
            next();
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        });
        synchronized (this) {
            if (underWay == most) {
                waiting.add(turn);
                return answer;
            }
            underWay++;
        }
        turn.run();
        return answer;
    }

    private void next() {
        Runnable turn;
        synchronized (this) {
            turn = waiting.poll();
            if (turn == null) {
                underWay--;
            }
        }
        if (turn != null) {
            turn.run();
        }
    }
}
