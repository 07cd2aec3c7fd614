/**
 * libtorch as this project speaks it: {@link io.github.deepkd.tensor.Torch} holds every call that needs JavaCPP's
 * own types, {@link io.github.deepkd.tensor.TensorScope} frees native memory. In: buffers and tensors. Out: tensors.
 */
@NullMarked
package io.github.deepkd.tensor;

import org.jspecify.annotations.NullMarked;
