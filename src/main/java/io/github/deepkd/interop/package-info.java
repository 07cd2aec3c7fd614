/**
 * Networks that bring their own program. In: a TorchScript module or an ONNX model. Out: a
 * {@link io.github.deepkd.models.Model} like those of the zoo. Also: what a file of weights looks like.
 */
@NullMarked
package io.github.deepkd.interop;

import org.jspecify.annotations.NullMarked;
