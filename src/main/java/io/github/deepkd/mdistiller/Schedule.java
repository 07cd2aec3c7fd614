package io.github.deepkd.mdistiller;

import io.github.deepkd.BadInput;
import java.util.List;
import java.util.Map;

/** Their learning rate, which changes by epoch, as the recipe's {@code learning-rate}; exactly the same in all epochs. */
final class Schedule {

    private Schedule() {}

    static Map<String, Object> recipe(YacsFile file) {
        return file.truth("SOLVER.LR_COS") ? cosine(file) : steps(file);
    }

    /** They have no warm-up here. */
    private static Map<String, Object> steps(YacsFile file) {
        Map<String, Object> steps = Translation.kind("steps");
        steps.put("start", file.number("SOLVER.LR"));
        steps.put("milestones", milestones(file.list("SOLVER.LR_DECAY_STAGES")));
        steps.put("factor", file.number("SOLVER.LR_DECAY_RATE"));
        return steps;
    }

    private static List<?> milestones(List<?> stages) {
        for (Object stage : stages) {
            if (!(stage instanceof Integer)) {
                throw new BadInput("SOLVER.LR_DECAY_STAGES must be whole numbers, found " + stages);
            }
        }
        List<?> rising = stages.stream().sorted().distinct().toList();
        if (rising.size() < stages.size()) {
            throw new BadInput("SOLVER.LR_DECAY_STAGES " + stages + " has an epoch twice, which lowers the rate twice "
                    + "at once; deepkd's steps have one factor: leave one out and lower LR_DECAY_RATE");
        }
        return rising;
    }

    private static Map<String, Object> cosine(YacsFile file) {
        int warmUp = file.whole("SOLVER.WARMUP_EPOCHS");
        int epochs = file.whole("SOLVER.EPOCHS");
        if (warmUp < 0 || warmUp >= epochs) {
            throw new BadInput("SOLVER.WARMUP_EPOCHS must be from 0 to below SOLVER.EPOCHS (" + epochs + "), found "
                    + warmUp + ": the cosine follows the warm-up");
        }
        Map<String, Object> cosine = Translation.kind("cosine");
        cosine.put("start", file.number("SOLVER.LR"));
        cosine.put("end", file.number("SOLVER.MIN_LR"));
        cosine.put("warm-up-epochs", warmUp);
        cosine.put("warm-up-factor", file.number("SOLVER.WARMUP_FACTOR"));
        cosine.put("by-epoch", true);
        return cosine;
    }
}
