/**
 * The main flow: {@link io.github.deepkd.train.Trainer}. In: a {@link io.github.deepkd.train.RunConfig}. Out: a folder
 * with a trained student, checkpoints and events.
 */
@NullMarked
package io.github.deepkd.train;

import org.jspecify.annotations.NullMarked;
