package dev.tidings.bench;

import java.util.List;

/** Back ends that publish to channels without subscribers, each as fast as it is answered: what the way in takes. */
final class PublishScenario implements Scenario {
    private static final List<Integer> BACK_ENDS = List.of(1, 8, 64);
    private static final List<Integer> CHANNELS = List.of(1, 64);
    private static final int HISTORY_SIZE = 1_000;
    /** With all back ends: most publications in the least time. */
    private static final int WARM_UP_SECONDS = 10;
    /** After it, for what is still being compiled. */
    private static final int REST_MILLIS = 3_000;

    private final int seconds;
    private final PublishLoad load;

    PublishScenario(Options options) {
        this.seconds = options.number(Option.SECONDS);
        this.load = new PublishLoad(options.number(Option.PAYLOAD));
    }

    @Override
    public List<String> settings() {
        return BenchNamespace.settings(HISTORY_SIZE);
    }

    @Override
    public Figures run(Hub hub, Network network) {
        var figures = new Figures();
        long missing = 0;
        long surplus = 0;
        load.measure(hub, network, PublishLoad.channels("warm-up", CHANNELS.getLast()), BACK_ENDS.getLast(), WARM_UP_SECONDS);
        Pause.millis(REST_MILLIS);
        for (int channelCount : CHANNELS) {
            for (int backEndCount : BACK_ENDS) {
                List<String> channels = PublishLoad.channels(backEndCount + "-" + System.nanoTime(), channelCount);
                PublishLoad.Measurement measured = load.measure(hub, network, channels, backEndCount, seconds);
                measured.addTo(figures, counted(backEndCount, "back end") + ", " + counted(channelCount, "channel") + ": ");
                missing += measured.missing();
                surplus += measured.surplus();
            }
        }
        figures.fault("acknowledged, but not appended to the channel", missing);
        figures.fault("appended to the channel, but not acknowledged", surplus);
        return figures;
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
