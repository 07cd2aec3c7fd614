/**
 * A teacher's answers in a folder. In: logits [C] of a view of an image. Out: the same, or nearly, found by arithmetic in a
 * memory-mapped file. {@code teach.json} says what was answered ({@link io.github.deepkd.answers.Description}),
 * {@code answers.bin} holds chunks of equal size ({@link io.github.deepkd.answers.Layout}), each with a checksum of its own.
 */
@NullMarked
package io.github.deepkd.answers;

import org.jspecify.annotations.NullMarked;
