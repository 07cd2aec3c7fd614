/** Writing files so that no crash leaves half of one. In: bytes; out: a file that is whole, or not there. */
@NullMarked
package io.github.deepkd.files;

import org.jspecify.annotations.NullMarked;
