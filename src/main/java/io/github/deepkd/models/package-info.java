/** The architectures, by name. In: a name, a number of classes, an image shape. Out: a {@link io.github.deepkd.models.Model}. */
@NullMarked
package io.github.deepkd.models;

import org.jspecify.annotations.NullMarked;
