/**
 * Labelled images. In: a kind and a folder. Out: a {@link io.github.deepkd.data.Dataset} of two splits in unsigned bytes,
 * and from it, through a {@link io.github.deepkd.data.Loader}, normalised batches {@code [N, C, H, W]} in an order and with
 * an augmentation that depend on nothing but the seed, the epoch and the image.
 */
@NullMarked
package io.github.deepkd.data;

import org.jspecify.annotations.NullMarked;
