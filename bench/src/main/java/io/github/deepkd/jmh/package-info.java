/** Parts of a training step alone, on JMH. The whole step is what {@code deepkd bench} times. */
package io.github.deepkd.jmh;
