/**
 * Files to named tensors and back. In: safetensors files and PyTorch's zip checkpoints, neither of which can run code
 * here. Out: a {@link io.github.deepkd.weights.WeightFile}, copied into a model by
 * {@link io.github.deepkd.weights.WeightFiles#copyInto}; or a safetensors file, written whole or not at all.
 *
 * <p>Every tensor that comes out lies on the CPU, is contiguous and belongs to the caller's innermost PointerScope.
 */
@NullMarked
package io.github.deepkd.weights;

import org.jspecify.annotations.NullMarked;
