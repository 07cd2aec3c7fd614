/**
 * Losses with closed-form gradients, pure functions of logits. In: student and teacher logits zs, zt [N, C], labels y
 * [N]. Out: values [N] and gradients [N, C] per sample. Symbols are the papers': tau temperature, p probabilities, hat
 * for the distribution over the non-target classes alone.
 */
@NullMarked
package io.github.deepkd.loss;

import org.jspecify.annotations.NullMarked;
