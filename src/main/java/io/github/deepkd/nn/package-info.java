/**
 * Layers in plain Java over libtorch's functions. In: images or features [N, C, H, W]. Out: features or logits. Each
 * layer puts its tensors into a {@link io.github.deepkd.nn.StateDict} under PyTorch's names, so that files load by name.
 */
@NullMarked
package io.github.deepkd.nn;

import org.jspecify.annotations.NullMarked;
