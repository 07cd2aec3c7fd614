package io.github.deepkd.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of a single run. */
class SeededRunOptions extends RunOptions {

    @Option(names = "--seed", paramLabel = "N", description = "Seed of weights, shuffling and augmentation.")
    private @Nullable Long seed;

    @Override
    Map<String, Object> flags() {
        Map<String, Object> flags = super.flags();
        put(flags, "seed", seed);
        return flags;
    }
}
