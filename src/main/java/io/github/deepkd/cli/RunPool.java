package io.github.deepkd.cli;

import io.github.deepkd.report.ComparedRun;
import io.github.deepkd.report.OverallProgress;
import io.github.deepkd.train.StopSign;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Works off runs, several at once, and shows how far they are together. */
final class RunPool {

    private static final long LOOK_MILLIS = 500;

    private final Deque<PlannedRun> waiting;
    private final List<ChildRun> running = new ArrayList<>();
    private final int jobs;
    private final Consumer<ComparedRun> results;
    private double epochsOfEnded;

    /**
     * @param runs in the order to do them
     * @param jobs how many at once
     * @param results hears of each run when it is done
     */
    RunPool(Collection<PlannedRun> runs, int jobs, Consumer<ComparedRun> results) {
        this.waiting = new ArrayDeque<>(runs);
        this.jobs = jobs;
        this.results = results;
    }

    /**
     * Returns when all are done. The first to fail stops the others, which can be resumed.
     *
     * @throws StopSign.Stopped where the sign went up, every run having saved its state
     */
    void work(PrintStream out, StopSign stop) {
        int epochs = waiting.stream().mapToInt(run -> run.config().epochs()).sum();
        int before = waiting.stream().mapToInt(PlannedRun::epochsTold).sum();
        try (OverallProgress progress = OverallProgress.on(out, epochs, before)) {
            while (startMore(progress)) {
                look(progress, before);
                stop.check(); // before runs that the same Ctrl-C has ended are taken for failed ones
                endSome(progress);
            }
        } catch (StopSign.Stopped e) {
            running.forEach(ChildRun::askToStop);
            running.forEach(ChildRun::awaitEnd);
            throw e;
        } finally {
            running.forEach(ChildRun::stop);
        }
    }

    /** Whether there is anything to wait for. */
    private boolean startMore(OverallProgress progress) {
        while (running.size() < jobs && !waiting.isEmpty()) {
            running.add(ChildRun.start(waiting.remove()));
            progress.begin(names());
        }
        return !running.isEmpty();
    }

    private void look(OverallProgress progress, int before) {
        running.get(0).await(LOOK_MILLIS);
        running.stream().skip(1).forEach(child -> child.await(0));
        double added = running.stream().mapToDouble(ChildRun::epochsAdded).sum();
        double rate = running.stream().mapToDouble(ChildRun::samplesPerSecond).sum();
        progress.at(before + epochsOfEnded + added, rate);
    }

    private void endSome(OverallProgress progress) {
        for (ChildRun child : running.stream().filter(ChildRun::ended).toList()) {
            running.remove(child);
            epochsOfEnded += child.epochsAdded();
            ComparedRun result = child.run().result();
            progress.done(result);
            progress.begin(names());
            results.accept(result);
        }
    }

    private String names() {
        return running.stream().map(child -> child.run().name()).collect(Collectors.joining(", "));
    }
}
