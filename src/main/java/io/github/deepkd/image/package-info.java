/**
 * Pictures and what can be done to them, no randomness and no labels. In: a {@link io.github.deepkd.image.Picture} and
 * numbers. Out: a new picture, byte for byte as Pillow makes it, for that is what other people's results were trained with.
 */
@NullMarked
package io.github.deepkd.image;

import org.jspecify.annotations.NullMarked;
