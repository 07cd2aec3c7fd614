/**
 * How fast training is: the trainer's own steps timed phase by phase, beside what the machine's arithmetic could do. In: a
 * run's configuration. Out: a {@link io.github.deepkd.bench.BenchResult}, as a table or as JSON.
 */
@NullMarked
package io.github.deepkd.bench;

import org.jspecify.annotations.NullMarked;
