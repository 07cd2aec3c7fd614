package io.github.deepkd.export;

import io.github.deepkd.report.Spread;
import io.github.deepkd.train.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The runs of a comparison that differ from one in the seed alone: {@code seed-N} beside each other. */
final class Seeds {

    private static final String NAME = "seed-\\d+";

    private Seeds() {}

    /** How the last epoch's accuracy differs between them; empty where there are no others that did all their epochs. */
    static Optional<Spread> spread(TrainedRun run) {
        Path folder = run.folder().path().toAbsolutePath().normalize();
        Path parent = folder.getParent();
        if (parent == null || !folder.getFileName().toString().matches(NAME)) {
            return Optional.empty();
        }
        double[] last = beside(parent).stream()
                .filter(other -> other.epochs().size() == run.config().epochs())
                .flatMap(other -> other.top1().stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
        return last.length < 2 ? Optional.empty() : Optional.of(Spread.of(last));
    }

    private static List<TrainedRun> beside(Path parent) {
        try (Stream<Path> folders = Files.list(parent)) {
            return folders.filter(folder -> folder.getFileName().toString().matches(NAME))
                    .filter(folder -> Files.isRegularFile(new RunFolder(folder).student()))
                    .sorted()
                    .map(TrainedRun::open)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
