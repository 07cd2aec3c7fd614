/**
 * The library's front door: {@link io.github.deepkd.api.Distillation} trains a student as a recipe says. In: a recipe's
 * name or file and settings. Out: the student's weights in a run's folder.
 *
 * <p>What may be relied upon from one version to the next ("public API") is this package,
 * {@link io.github.deepkd.BadInput}, {@link io.github.deepkd.cli.Main}, {@link io.github.deepkd.report.RunEvent} and, for
 * models of one's own, {@link io.github.deepkd.models.Models}, {@link io.github.deepkd.models.Frame},
 * {@link io.github.deepkd.tensor.Torch} and {@link io.github.deepkd.nn}. All else may change with any version.
 */
@NullMarked
package io.github.deepkd.api;

import org.jspecify.annotations.NullMarked;
