package io.github.deepkd.export;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that was written.
 *
 * @param about what it is, for people
 * @param difference from the student, the largest over the images tried, as a share of the largest logit; null where the
 *     weights are the student's own
 * @param top1 on the test images, in percent; null where it was not measured
 */
public record ExportedFile(
        Path file,
        String about,
        long bytes,
        @Nullable Double difference,
        @Nullable Double top1) {}
