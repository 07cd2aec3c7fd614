/** Where soft targets come from. In: images [N, C, H, W]. Out: logits zt [N, classes]. */
@NullMarked
package io.github.deepkd.teacher;

import org.jspecify.annotations.NullMarked;
