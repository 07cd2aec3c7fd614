package io.github.deepkd.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.deepkd.BadInput;
import io.github.deepkd.answers.Answers;
import io.github.deepkd.answers.Description;
import io.github.deepkd.data.Batch;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Epoch;
import io.github.deepkd.data.Loader;
import io.github.deepkd.models.Model;
import io.github.deepkd.models.Models;
import io.github.deepkd.report.Reporters;
import io.github.deepkd.report.StoringProgress;
import io.github.deepkd.teacher.Teacher;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TeachingTest {

    private static final int VIEWS = 2;
    private static final int STORE_SEED = 7;

    @TempDir
    private Path folder;

    private Path store;

    /** A view of an image. */
    private record Key(int epoch, int id, int view) {}

    @SuppressWarnings("ArrayRecordComponent") // compared by what is in them
    private record Answered(float[] pixels, float[] logits) {}

    private RunConfig prepare(String... settings) {
        store = folder.resolve("answers");
        return TinyRun.with(TinyRun.prepare(folder, settings), "seed=" + STORE_SEED);
    }

    private String teach(RunConfig config, int top) {
        try (StoringProgress progress = StoringProgress.standard()) {
            return Teaching.store(config, VIEWS, top, store, progress);
        }
    }

    private RunConfig fromStore(RunConfig config, String... settings) {
        RunConfig changed = TinyRun.with(TinyRun.with(config, "teacher.answers='" + store + "'"), "seed=3");
        for (String setting : settings) {
            changed = TinyRun.with(changed, setting);
        }
        return changed;
    }

    @Test
    void storedAnswersAreTheLiveTeachersToTheSameWeakAndStrongViews() {
        RunConfig config = prepare("method=mlkd");
        teach(config, 0);
        Answers answers = Answers.open(store, Description.read(store));
        try (TensorScope scope = TensorScope.open()) {
            Map<Key, Answered> live = live(TinyRun.with(config, "batch-size=7")); // other batches: other last bits
            assertThat(live).hasSize(VIEWS * 2 * TinyRun.TRAIN);
            float[] stored = new float[10];
            live.forEach((key, answered) -> {
                answers.read(key.epoch(), key.id(), key.view(), key.id() % 10, stored, 0);
                assertThat(stored).as("%s", key).containsExactly(answered.logits(), within(1e-5f));
            });
        }
    }

    /** The second teacher is asked about no image: it looks up what was answered to it, and that the pixels are the same. */
    @ParameterizedTest
    @CsvSource({"kd", "crld"})
    void aRunFromTheStoreEqualsOneWithThoseVeryAnswersBitForBitAndNeedsNoTeacher(String method) throws IOException {
        RunConfig config = prepare("method=" + method, "momenta=deepkd", "learning-rate.start=0.01", "epochs=3");
        teach(config, 0);
        RunConfig run = fromStore(config);
        try (TensorScope scope = TensorScope.open()) {
            Map<Key, Answered> live = live(config);
            Files.delete(Path.of(config.teacher().weights()));
            Run.train(run, "stored", RunFolder.create(folder.resolve("stored")), Reporters.all(List.of()));
            Map<String, Tensor> stored = Safetensors.read(folder.resolve("stored/student.safetensors"))
                    .tensors();
            lookedUp(run, live).forEach((name, tensor) -> assertThat(Torch.equal(tensor, stored.get(name)))
                    .as(name)
                    .isTrue());
        }
    }

    private static Map<String, Tensor> lookedUp(RunConfig run, Map<Key, Answered> live) {
        Dataset data = Run.openData(run);
        Torch.manualSeed(run.seed());
        Model student = Models.create("resnet8", 1, 10, Precision.FLOAT32);
        List<Integer> viewEpochs = List.of(1, 2, 1); // epoch mod N
        int[] epoch = {1};
        Teacher teacher =
                (batch, view, images) -> lookUp(live, viewEpochs.get(epoch[0] - 1), batch.ids(), view, images);
        Loader loader = Run.loader(run, data).replaying(STORE_SEED, VIEWS);
        Trainer trainer =
                new Trainer(run, student, teacher, 10, loader.batches(), Reporters.all(List.of()), StepClock.NONE);
        for (; epoch[0] <= run.epochs(); epoch[0]++) {
            try (Epoch batches = loader.shuffled(run.seed(), epoch[0])) {
                trainer.epoch(epoch[0], batches, new EpochLosses(), () -> {});
            }
        }
        return student.tensors();
    }

    private static Tensor lookUp(Map<Key, Answered> live, int epoch, int[] ids, int view, Tensor images) {
        float[] logits = new float[ids.length * 10];
        float[] pixels = floats(Torch.doubles(images));
        for (int i = 0; i < ids.length; i++) {
            Answered answered = live.get(new Key(epoch, ids[i], view));
            assertThat(Arrays.copyOfRange(pixels, i * 144, (i + 1) * 144)).isEqualTo(answered.pixels());
            System.arraycopy(answered.logits(), 0, logits, i * 10, 10);
        }
        return Torch.tensor(logits, ids.length, 10);
    }

    /** The teacher's answers to the views of the first epochs, without a store. */
    private static Map<Key, Answered> live(RunConfig config) {
        Dataset data = Run.openData(config);
        Teacher teacher = Teacher.frozen(Networks.teacher(config, data));
        Loader loader = Run.loader(config, data);
        Map<Key, Answered> answers = new HashMap<>();
        for (int epoch = 1; epoch <= VIEWS; epoch++) {
            try (Epoch batches = loader.inOrder(STORE_SEED, epoch, 0)) {
                while (batches.hasNext()) {
                    Batch batch = batches.next();
                    for (int view = 0; view < batch.views().size(); view++) {
                        Tensor images = Evaluator.images(batch, batch.views().get(view));
                        float[] pixels = floats(Torch.doubles(images));
                        float[] logits = floats(Torch.doubles(teacher.logits(batch, view, images)));
                        for (int i = 0; i < batch.size(); i++) {
                            answers.put(
                                    new Key(epoch, batch.ids()[i], view),
                                    new Answered(
                                            Arrays.copyOfRange(pixels, i * 144, (i + 1) * 144),
                                            Arrays.copyOfRange(logits, i * 10, (i + 1) * 10)));
                        }
                    }
                }
            }
        }
        return answers;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** As far as their batches differ, the two teachers differ in the last bits. */
    @Test
    void aRunFromTheStoreIsOneWithTheLiveTeacherWhereBothSeeTheSameViews() {
        RunConfig config = prepare("method=kd", "learning-rate.start=0.01");
        teach(config, 0);
        Run.train(config, "live", RunFolder.create(folder.resolve("live")), Reporters.all(List.of()));
        RunConfig stored = fromStore(config, "seed=" + STORE_SEED);
        Run.train(stored, "stored", RunFolder.create(folder.resolve("stored")), Reporters.all(List.of()));
        try (TensorScope scope = TensorScope.open()) {
            Map<String, Tensor> live =
                    Safetensors.read(folder.resolve("live/student.safetensors")).tensors();
            Safetensors.read(folder.resolve("stored/student.safetensors"))
                    .tensors()
                    .forEach((name, tensor) -> assertThat(Torch.doubles(tensor))
                            .as(name)
                            .containsExactly(Torch.doubles(live.get(name)), within(1e-4)));
        }
    }

    @Test
    void compactAnswersTrainToWithinTheErrorThatIsTold() {
        RunConfig config = prepare("method=kd", "learning-rate.start=0.01");
        assertThat(teach(config, 0)).isEmpty();
        Run.train(fromStore(config), "whole", RunFolder.create(folder.resolve("whole")), Reporters.all(List.of()));
        Path whole = store;
        store = folder.resolve("compact");
        assertThat(teach(config, 3)).contains("NCKD").contains("temperature 4").contains("n = 160");
        assertThat(store.resolve("answers.bin").toFile().length())
                .isLessThan(whole.resolve("answers.bin").toFile().length());
        Run.train(
                fromStore(config),
                "compact",
                RunFolder.create(folder.resolve("compact-run")),
                Reporters.all(List.of()));
        try (TensorScope scope = TensorScope.open()) {
            double[] exact = weights("whole");
            double[] compact = weights("compact-run");
            assertThat(compact).isNotEqualTo(exact).containsExactly(exact, within(0.05));
        }
    }

    private double[] weights(String run) {
        return Torch.doubles(Safetensors.read(folder.resolve(run).resolve("student.safetensors"))
                .tensors()
                .get("fc.weight"));
    }

    @Test
    void storingGoesOnWhereItWasCutOff() throws IOException {
        RunConfig config = prepare("method=kd");
        teach(config, 0);
        Path file = store.resolve("answers.bin");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length * 2 / 5));
        assertThatThrownBy(() -> train(fromStore(config)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("not complete, 2 of 6 batches");
        teach(config, 0);
        assertThat(file).hasBinaryContent(whole);
        train(fromStore(config));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data.augmentation.padding=2 | data.augmentation.padding 1, not 2",
                "data.augmentation=resized-crop | data.augmentation.",
                "data.normalization.std=[0.5] | data.normalization.std [0.25], not [0.5]",
                "data.train-limit=40 | data.train-limit unset, not 40",
                "teacher.model=resnet14 | teacher.model resnet8, not resnet14",
                "method=mlkd | weak views only",
            })
    void aRunWithAnotherSettingIsRefusedAndTheSettingNamed(String setting, String named) {
        RunConfig config = prepare("method=kd", "epochs=1");
        teach(config, 0);
        assertThatThrownBy(() -> train(fromStore(config, setting)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(named)
                .hasMessageContaining(store.toString());
    }

    @Test
    void otherImagesAndAnotherTeachersWeightsAreRefused() throws IOException {
        RunConfig config = prepare("method=kd", "epochs=1");
        teach(config, 0);
        RunConfig run = fromStore(config);
        flip(Path.of(config.teacher().weights()), -1);
        assertThatThrownBy(() -> train(run))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("teacher.weights sha256");
        flip(folder.resolve("train-labels-idx1-ubyte"), -1);
        assertThatThrownBy(() -> train(run)).isInstanceOf(BadInput.class).hasMessageContaining("data.sha256");
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[Math.floorMod(at, bytes.length)] ^= 1;
        Files.write(file, bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "seed=8, seed 7",
        "precision=bfloat16, precision float32",
        "batch-size=16, batch-size 32",
        "method=mlkd, views of an image in an epoch 1",
        "data.augmentation.flip=false, data.augmentation.flip true"
    })
    void storingOnWithAnotherSettingIsRefusedAndTheSettingNamed(String setting, String named) {
        RunConfig config = prepare("method=kd");
        teach(config, 0);
        assertThatThrownBy(() -> teach(TinyRun.with(config, setting), 0))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(named)
                .hasMessageContaining("--output");
    }

    @Test
    void aRunIsResumedFromTheSameAnswersOnlyBitForBit() {
        RunConfig config = prepare("method=kd", "learning-rate.start=0.01");
        teach(config, 0);
        RunConfig run = fromStore(config);
        train(run);
        RunFolder half = RunFolder.create(folder.resolve("half"));
        assertThatThrownBy(() -> Run.train(run, "half", half, new StopAfter(1))).hasMessage("stopped after epoch 1");
        assertThatThrownBy(() -> resume(TinyRun.with(run, "teacher.answers=null")))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("from stored answers")
                .hasMessageContaining("teacher.answers");
        Path first = store;
        store = folder.resolve("others");
        teach(TinyRun.with(config, "seed=8"), 0);
        assertThatThrownBy(() -> resume(fromStore(config)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("seed 7, not 8");
        store = first;
        resume(run);
        try (TensorScope scope = TensorScope.open()) {
            assertThat(weights("half")).isEqualTo(weights("run"));
        }
    }

    private void resume(RunConfig config) {
        Run.train(config, "half", RunFolder.resume(folder.resolve("half"), config), Reporters.all(List.of()));
    }

    private void train(RunConfig config) {
        Run.train(config, "run", RunFolder.create(folder.resolve("run")), Reporters.all(List.of()));
    }
}
