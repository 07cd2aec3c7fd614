package io.github.deepkd.probe;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Augmentation;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.Loader;
import io.github.deepkd.data.Subset;
import io.github.deepkd.export.TrainedRun;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.probe.Probe.Measured;
import io.github.deepkd.report.LossSurface;
import io.github.deepkd.report.LossSurface.Sharpness;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.train.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures the loss around a run's student.
 *
 * @param samples test images
 * @param points along each direction, odd so that the student is one of them
 * @param reach the farthest of them from the student
 * @param plane whether along both directions at once, too
 * @param iterations of the search for the largest eigenvalue, at most
 * @param seed of the directions: runs of one architecture have the same ones but for their lengths
 */
public record Landscape(int samples, int points, double reach, boolean plane, int iterations, long seed) {

    private static final int BATCH = 250;

    public Landscape {
        if (points < 3 || points % 2 == 0) {
            throw new BadInput("--points must be odd and 3 or more, found " + points);
        }
        if (samples < 1) {
            throw new BadInput("--samples must be 1 or more, found " + samples);
        }
        if (!(reach > 0 && Double.isFinite(reach))) {
            throw new BadInput("--reach must be above 0, found " + reach);
        }
        if (iterations < 1) {
            throw new BadInput("--iterations must be 1 or more, found " + iterations);
        }
    }

    /** @param name of the run, for people */
    public LossSurface of(String name, Path folder) {
        TrainedRun run = TrainedRun.open(folder);
        Dataset data = run.data(null);
        int used = Math.min(samples, data.test().size());
        try (TensorScope scope = TensorScope.open()) {
            Model student = run.student(data.shape().channels(), data.classes());
            Loader loader = loader(run, data, used);
            Probe probe;
            try (Epoch images = loader.inOrder()) {
                probe = new Probe(student, images);
            }
            Measured here = probe.measure();
            Torch.manualSeed(seed);
            Tensor first = Directions.filterNormalized(student);
            Tensor second = Directions.filterNormalized(student);
            List<Measured> line = along(probe, first);
            List<List<Double>> heights = plane ? over(probe, first, second) : List.of();
            return new LossSurface(
                    name,
                    seed,
                    used,
                    here.loss(),
                    here.top1(),
                    places(),
                    line.stream().map(Measured::loss).toList(),
                    line.stream().map(Measured::top1).toList(),
                    heights,
                    sharpness(exact(student, data.shape().channels(), data.classes()), loader));
        }
    }

    private static Loader loader(TrainedRun run, Dataset data, int used) {
        return new Loader(
                Subset.balanced(data.test(), used), Run.normalization(run.config()), Augmentation.NONE, 1, BATCH, 1);
    }

    private List<Double> places() {
        int half = points / 2;
        return IntStream.rangeClosed(-half, half)
                .mapToObj(i -> reach * i / half)
                .toList();
    }

    private List<Measured> along(Probe probe, Tensor direction) {
        Tensor own = probe.weights().clone();
        List<Measured> measured = new ArrayList<>();
        for (double x : places()) {
            measured.add(at(probe, own, x, direction));
        }
        probe.moveTo(own);
        return measured;
    }

    private List<List<Double>> over(Probe probe, Tensor first, Tensor second) {
        Tensor own = probe.weights().clone();
        List<List<Double>> rows = new ArrayList<>();
        for (double y : places()) {
            Tensor row = Curvature.moved(own, y, second);
            List<Double> losses = new ArrayList<>();
            for (double x : places()) {
                losses.add(at(probe, row, x, first).loss());
            }
            rows.add(losses);
        }
        probe.moveTo(own);
        return rows;
    }

    private static Measured at(Probe probe, Tensor from, double by, Tensor direction) {
        try (TensorScope step = TensorScope.open()) {
            probe.moveTo(Curvature.moved(from, by, direction));
            return probe.measure();
        }
    }

    /** In float64, for differences of gradients have few digits left. */
    private Sharpness sharpness(Model exact, Loader loader) {
        try (TensorScope scope = TensorScope.open();
                Epoch images = loader.inOrder()) {
            Probe probe = new Probe(exact, images);
            Tensor weights = probe.weights().clone();
            Tensor start = Torch.zerosLike(weights);
            Torch.normal_(start, 0, 1);
            return Curvature.largest(v -> Curvature.product(probe, weights, v), start, iterations);
        }
    }

    /** The same network in float64. */
    static Model exact(Model student, int channels, int classes) {
        Model exact = Models.create(student.name(), channels, classes, Precision.FLOAT64);
        Torch.noGrad(() -> exact.tensors()
                .forEach((name, tensor) -> Torch.copy_(
                        tensor, Objects.requireNonNull(student.tensors().get(name)))));
        exact.loaded();
        return exact;
    }
}
