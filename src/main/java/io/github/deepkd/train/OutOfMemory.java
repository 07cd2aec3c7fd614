package io.github.deepkd.train;

import io.github.deepkd.BadInput;
import java.util.List;
import java.util.Locale;

/** Tells a batch that is too large from other failures. */
final class OutOfMemory {

    /** How libtorch's CPU and CUDA allocators, C++ and JavaCPP put it. */
    private static final List<String> SIGNS = List.of(
            "can't allocate memory", "not enough memory", "out of memory", "bad_alloc", "physical memory usage");

    private OutOfMemory() {}

    /** {@code failure}, or what to do about it where memory ran out. */
    static RuntimeException explained(RunConfig config, Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        boolean ranOut = failure instanceof OutOfMemoryError
                || SIGNS.stream().anyMatch(message.toLowerCase(Locale.ROOT)::contains);
        if (ranOut) {
            return new BadInput(
                    "out of memory with batches of " + config.batchSize() + " images: lower --set batch-size="
                            + Math.max(1, config.batchSize() / 2) + ", or the Java heap is too small for the data:"
                            + " DEEPKD_JAVA_OPTS=-Xmx8g (" + firstLine(message) + ")",
                    failure);
        }
        if (failure instanceof RuntimeException own) {
            return own;
        }
        throw (Error) failure;
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
