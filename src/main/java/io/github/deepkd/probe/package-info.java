/**
 * Looks into trained students. In: runs' folders. Out: test images on which they err, the loss around their weights and
 * its sharpness.
 */
@NullMarked
package io.github.deepkd.probe;

import org.jspecify.annotations.NullMarked;
