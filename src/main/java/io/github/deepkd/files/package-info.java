/**
 * Writing files so that no crash leaves half of one (in: bytes; out: a file that is whole, or not there), and looking at
 * what people name as a file before it is opened.
 */
@NullMarked
package io.github.deepkd.files;

import org.jspecify.annotations.NullMarked;
