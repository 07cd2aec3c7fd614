package io.github.deepkd.train;

import io.github.deepkd.report.RunEvent.EpochDone;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a run is: the epochs it has done, and the losses so far of the one it is in, which count its steps.
 *
 * @param done in order, the first epoch first
 */
record RunState(List<EpochDone> done, EpochLosses losses) {

    RunState {
        done = List.copyOf(done);
    }

    static RunState start() {
        return new RunState(List.of(), new EpochLosses());
    }

    /** The epoch it is in, from 1; the one after the last where all are done. */
    int epoch() {
        return done.size() + 1;
    }

    /** Steps done in that epoch. */
    int step() {
        return losses.steps();
    }

    RunState next(EpochDone epoch) {
        List<EpochDone> more = new ArrayList<>(done);
        more.add(epoch);
        return new RunState(more, new EpochLosses());
    }
}
