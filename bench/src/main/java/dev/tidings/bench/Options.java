package dev.tidings.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The command line, read: which scenario, and a value for every {@link Option}. */
final class Options {
    /** The word that stands for all scenarios. */
    static final String ALL = "all";

    private final String scenario;
    private final List<String> words;
    private final Map<Option, List<String>> values = new EnumMap<>(Option.class);

    private Options(List<String> words) {
        this.words = List.copyOf(words);
        this.scenario = words.getFirst();
    }

    /** Reads {@code scenario --option value ...}; refuses options that the scenario would ignore. */
    static Options parse(List<String> words) {
        if (words.isEmpty() || !(words.getFirst().equals(ALL) || Option.SCENARIOS.contains(words.getFirst()))) {
            throw new UsageException("name a scenario");
        }
        var options = new Options(words);
        if (words.size() % 2 == 0) {
            throw new UsageException("every option has a name and a value");
        }
        for (int i = 1; i < words.size(); i += 2) {
            Option option = Option.named(words.get(i));
            if (!options.scenario.equals(ALL) && !option.appliesTo(options.scenario)) {
                throw new UsageException(words.get(i) + " means nothing to " + options.scenario);
            }
            options.values.computeIfAbsent(option, any -> new ArrayList<>()).add(option.checked(words.get(i + 1)));
        }
        if (options.given(Option.BASE) != options.given(Option.PID)) {
            throw new UsageException("--base and --pid belong together");
        }
        if (options.given(Option.BASE) && options.given(Option.VARIANT)) {
            throw new UsageException("a hub that runs already has no variants");
        }
        return options;
    }

    /** The scenario asked for, or {@link #ALL}. */
    String scenario() {
        return scenario;
    }

    boolean given(Option option) {
        return values.containsKey(option);
    }

    String text(Option option) {
        return given(option) ? values.get(option).getLast() : option.fallback();
    }

    int number(Option option) {
        return Integer.parseInt(text(option));
    }

    Mix mix() {
        return Mix.valueOf(text(Option.TRANSPORT).toUpperCase(Locale.ROOT));
    }

    /** All values of an option that may be given several times. */
    List<String> all(Option option) {
        return values.getOrDefault(option, List.of());
    }

    /** The variants to compare: the hub as it is, then those asked for. */
    List<Variant> variants() {
        var variants = new ArrayList<Variant>();
        variants.add(Variant.PLAIN);
        all(Option.VARIANT).forEach(text -> variants.add(Variant.parse(text)));
        return variants;
    }

    /** The command that repeats this run. */
    String command() {
        var command = new StringBuilder("bench/run");
        words.forEach(word -> command.append(' ').append(word.matches("[\\w./:=,@+-]+") ? word : "'" + word.replace("'", "'\\''") + "'"));
        return command.toString();
    }
}
