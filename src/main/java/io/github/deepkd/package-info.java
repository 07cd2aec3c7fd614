/** Knowledge distillation for the JVM. What every room shares: how bad input is told. */
@NullMarked
package io.github.deepkd;

import org.jspecify.annotations.NullMarked;
