package dev.tidings.app;

import dev.tidings.hub.HubMetrics;
import dev.tidings.hub.Lane;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** One lane per event loop of Vert.x: a connection stays on its loop, so its session is served by the thread that reads and writes it. */
final class Lanes {
    private Lanes() {
    }

    static List<Lane> of(Vertx vertx, HubMetrics metrics) {
        List<Lane> lanes = new ArrayList<>();
        for (EventExecutor loop : ((VertxInternal) vertx).getEventLoopGroup()) {
            lanes.add(new Lane(lanes.size(), loop, loop::inEventLoop, InstantSource.system(), System::nanoTime, metrics));
        }
        return lanes;
    }
}
