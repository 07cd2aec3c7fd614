/**
 * Files and flags become records. In come YAML recipes and {@code --set key=value}; out come immutable records whose
 * components are the keys, and messages that name the key at fault.
 */
@NullMarked
package io.github.deepkd.config;

import org.jspecify.annotations.NullMarked;
