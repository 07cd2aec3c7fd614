/** Momentum by component. In: gradients of each group of components. Out: the student's weights, one step on. */
@NullMarked
package io.github.deepkd.optim;

import org.jspecify.annotations.NullMarked;
