package io.github.deepkd.distiller;

import io.github.deepkd.schedule.Progress;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a method sees of one step.
 *
 * @param student logits zs [N, C], graph attached
 * @param teacherOrNull logits zt [N, C]; null for a method that needs no teacher
 * @param labels y [N]
 * @param k how many non-target classes the mask keeps
 */
public record Pass(Tensor student, @Nullable Tensor teacherOrNull, Tensor labels, int k, Progress at) {

    public Tensor teacher() {
        if (teacherOrNull == null) {
            throw new IllegalStateException("this method needs a teacher");
        }
        return teacherOrNull;
    }
}
