package io.github.deepkd.export;

import java.nio.file.Path;
import java.util.List;

/**
 * What a student says of an image.
 *
 * @param classes the likeliest ones, the likeliest first
 */
public record Prediction(Path file, List<Guess> classes) {

    /** @param probability from 0 to 1 */
    public record Guess(String name, int label, double probability) {}
}
