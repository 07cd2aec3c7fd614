package io.github.deepkd.distiller;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What student and teacher say of one augmentation of a batch.
 *
 * @param student logits zs [N, C], graph attached
 * @param teacherOrNull logits zt [N, C]; null for a method that needs no teacher
 */
public record View(Tensor student, @Nullable Tensor teacherOrNull) {

    public Tensor teacher() {
        if (teacherOrNull == null) {
            throw new IllegalStateException("this method needs a teacher");
        }
        return teacherOrNull;
    }
}
