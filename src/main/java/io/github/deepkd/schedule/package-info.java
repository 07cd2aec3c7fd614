/** Numbers that change while a run goes on: learning rate, mask size. In: {@link io.github.deepkd.schedule.Progress}. */
@NullMarked
package io.github.deepkd.schedule;

import org.jspecify.annotations.NullMarked;
