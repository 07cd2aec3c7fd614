/**
 * Distillation methods, one record a file: its components are its settings, {@code losses} its formula. In: a
 * {@link io.github.deepkd.distiller.Pass}. Out: {@link io.github.deepkd.loss.Term}s.
 */
@NullMarked
package io.github.deepkd.distiller;

import org.jspecify.annotations.NullMarked;
