package io.github.deepkd.tensor;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a layer does to images or features [N, C, H, W], with its tensors and numbers: the operations of {@link Torch} that
 * networks are made of, of the same names, in evaluation mode. Sums and joins have two inputs, all others one.
 */
public sealed interface Operation {

    /**
     * @param weight [Co, Ci / groups, k, k]
     * @param bias [Co]
     */
    record Conv2d(Tensor weight, @Nullable Tensor bias, int stride, int padding, int groups) implements Operation {}

    /** All [C]. */
    record BatchNorm(Tensor weight, Tensor bias, Tensor mean, Tensor variance) implements Operation {}

    /** {@code scale x + shift}, a number a channel, both [C]: what a {@link BatchNorm} amounts to. */
    record Scale(Tensor scale, Tensor shift) implements Operation {}

    /** Of rows [N, I]: {@code weight} is [O, I], {@code bias} [O]. */
    record Linear(Tensor weight, Tensor bias) implements Operation {}

    record Relu() implements Operation {}

    record Relu6() implements Operation {}

    record MaxPool(int kernel, int stride, int padding) implements Operation {}

    record AveragePool(int kernel, int stride, int padding) implements Operation {}

    record ChannelShuffle(int groups) implements Operation {}

    record JoinChannels() implements Operation {}

    record Channels(long first, long count) implements Operation {}

    /** [N, C, H, W] to [N, C]. */
    record GlobalAveragePool() implements Operation {}

    record Add() implements Operation {}
}
