/**
 * What a run is made to show of itself. In: gradients of single components [P], logits. Out: the numbers of
 * {@link io.github.deepkd.report.Measured}. Nothing in here changes what it looks at.
 */
@NullMarked
package io.github.deepkd.measure;

import org.jspecify.annotations.NullMarked;
