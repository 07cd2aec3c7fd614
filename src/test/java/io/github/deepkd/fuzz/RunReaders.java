package io.github.deepkd.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.deepkd.BadInput;
import io.github.deepkd.answers.Answers;
import io.github.deepkd.answers.AnswersWriter;
import io.github.deepkd.answers.Description;
import io.github.deepkd.answers.ResealedAnswers;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.data.Shape;
import io.github.deepkd.export.TrainedRun;
import io.github.deepkd.page.Examples;
import io.github.deepkd.page.Pages;
import io.github.deepkd.page.RunHistory;
import io.github.deepkd.page.SampleRun;
import io.github.deepkd.report.ComparedRun;
import io.github.deepkd.report.Curves;
import io.github.deepkd.report.EventTail;
import io.github.deepkd.report.JsonLines;
import io.github.deepkd.serve.ServedRuns;
import io.github.deepkd.train.CheckpointFile;
import io.github.deepkd.train.RunConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Files that runs leave and others read: stored answers, checkpoints, events. */
final class RunReaders {

    private static final int IMAGES = 6;
    private static final int CLASSES = 5;
    private static final int BATCH = 4;

    private static final List<String> JSON = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "null",
            "\n",
            "\r\n",
            "\u0000",
            "\"NaN\"",
            "\"epoch\":\"x\",",
            "\"epoch\":null,",
            "{\"event\":\"epoch\"}\n",
            "{\"event\":\"run-started\"}\n",
            "{\"event\":\"run-resumed\"}\n",
            "{}\n",
            "[]\n",
            "\n\n",
            "\"losses\":7,",
            "\"losses\":null,",
            "1e999",
            "\u00ff",
            "\\u001b",
            "\"settings\":null,",
            "\"views\":2147483647,");

    private RunReaders() {}

    static List<FuzzedReader> all() {
        return List.of(
                FuzzedReader.ofFolder("answers", JSON, RunReaders::answers, RunReaders::readAnswers),
                FuzzedReader.ofFile("checkpoint", JSON, RunReaders::checkpoint, CheckpointFile::read),
                FuzzedReader.ofFile("events", JSON, RunReaders::events, RunReaders::readEvents),
                FuzzedReader.ofFile("report", JSON, RunReaders::told, RunReaders::report),
                FuzzedReader.ofFolder("trained-run", JSON, RunReaders::trained, RunReaders::readTrained));
    }

    /** All logits, and the largest only; chunks also with right checksums around what is wrong in them. */
    private static List<Seed> answers(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (int top : new int[] {0, 2}) {
            Path store = folder.resolve("top-" + top);
            Description description = description(top);
            storeAll(store, description);
            Seed whole = Seed.of(store.resolve("answers.bin"));
            seeds.add(whole);
            seeds.add(whole.wrapped(bytes -> ResealedAnswers.of(description, bytes)));
            seeds.add(Seed.of(store.resolve("teach.json")));
        }
        return seeds;
    }

    private static Description description(int top) {
        return new Description(
                Description.FORMAT,
                2,
                2,
                IMAGES,
                CLASSES,
                top,
                BATCH,
                7,
                new TreeMap<>(Map.of("teacher.model", "resnet8")));
    }

    private static void storeAll(Path folder, Description description) {
        SplittableRandom random = new SplittableRandom(1);
        try (AnswersWriter writer = AnswersWriter.open(folder, description)) {
            for (int epoch = 1; epoch <= description.views(); epoch++) {
                for (int image = 0; image < IMAGES; image += BATCH) {
                    int count = Math.min(BATCH, IMAGES - image);
                    writer.store(
                            epoch, image, new long[count], new float[][] {logits(random, count), logits(random, count)
                            });
                }
            }
        }
    }

    private static float[] logits(SplittableRandom random, int images) {
        float[] logits = new float[images * CLASSES];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextDouble(-10, 10);
        }
        return logits;
    }

    private static void readAnswers(Path folder) {
        Answers answers = Answers.open(folder, Description.read(folder));
        Description description = answers.description();
        float[] logits = new float[description.classes()];
        for (int image = 0; image < Math.min(description.images(), IMAGES); image++) {
            answers.read(1, image, description.viewsPerEpoch() - 1, 0, logits, 0);
            answers.read(description.views(), image, 0, 1, logits, 0);
        }
    }

    /** As it is, where the sum tells of any change, and with the sum that belongs to what was changed. */
    private static List<Seed> checkpoint(Path folder) throws IOException {
        Path file = folder.resolve("epoch-0002.safetensors");
        CheckpointFile.write(file);
        byte[] whole = Files.readAllBytes(file);
        Seed header = WeightReaders.headerOnly(file, whole);
        return List.of(
                Seed.of(folder.resolve("whole.safetensors"), whole),
                header,
                header.wrapped(json -> resealed(
                        folder.resolve("resealed.safetensors"), header.wrap().around(json))));
    }

    private static byte[] resealed(Path scratch, byte[] content) throws IOException {
        Files.write(scratch, content);
        try {
            CheckpointFile.reseal(scratch, Map.of());
        } catch (BadInput e) { // there is no sum of what cannot even be read
            return content;
        }
        return Files.readAllBytes(scratch);
    }

    private static List<Seed> events(Path folder) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                RunReaders.class.getResourceAsStream("/samples/fashion-mnist/teacher.events.jsonl"))) {
            String told = new String(in.readAllBytes(), UTF_8);
            String fewSteps = told.lines()
                    .filter(line -> !line.contains("\"step\"") || line.contains("\"step\":20,"))
                    .collect(Collectors.joining("\n", "", "\n"));
            return List.of(Seed.of(folder.resolve("events.jsonl"), fewSteps.getBytes(UTF_8)));
        }
    }

    private static void readEvents(Path file) throws IOException {
        Path followed = file.resolveSibling("followed.jsonl");
        Files.deleteIfExists(followed);
        EventTail tail = new EventTail(followed);
        Files.copy(file, followed);
        tail.next();
        tail.next();
        JsonLines.epochs(file);
        ComparedRun.read("alone", 1, file, 3);
    }

    /** A run of every kind of event beside one of those that training told before there were so many. */
    private static List<Seed> told(Path folder) throws IOException {
        Path run = folder.resolve("run");
        SampleRun.everything(run);
        Seed all = Seed.of(run.resolve("events.jsonl"));
        Path older = Files.createDirectories(folder.resolve("older"));
        Files.writeString(older.resolve("config.yaml"), "seed: 1\n");
        return List.of(all, all, events(older).get(0));
    }

    /** As report and serve show it: alone and beside another. */
    private static void report(Path file) throws IOException {
        ServedRuns.show(file.getParent());
        RunHistory whole = RunHistory.read("whole", file);
        Pages.report(List.of(whole), Examples.NONE);
        Pages.report(List.of(whole, RunHistory.read("again", file)), Examples.NONE);
        if (!whole.epochs().isEmpty()) {
            Curves.draw(file.resolveSibling("curves.png"), whole.epochs(), "whole");
        }
    }

    /** A run's folder as export and predict open it. */
    private static List<Seed> trained(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        seeds.add(Seed.of(
                folder.resolve("config.yaml"),
                Yaml.dump(RunConfig.DEFAULTS.toMap()).getBytes(UTF_8)));
        seeds.addAll(events(folder));
        Files.write(folder.resolve("student.safetensors"), new byte[] {1});
        return seeds;
    }

    private static void readTrained(Path folder) {
        TrainedRun run = TrainedRun.open(folder);
        run.info(new Shape(3, 8, 8), List.of("a", "b"), "data");
    }
}
