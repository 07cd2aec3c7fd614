package io.github.deepkd.api;

import java.nio.file.Path;

/**
 * What a run came to.
 *
 * @param top1 the student's accuracy on the test images after the last epoch, percent
 * @param bestTop1 that after the best epoch
 * @param weights the student after the last epoch, as safetensors under PyTorch's names
 * @param folder of the run, as {@code deepkd export} and {@code deepkd evaluate} take it
 */
public record Trained(double top1, double bestTop1, Path weights, Path folder) {}
