package io.github.deepkd.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Shape;
import io.github.deepkd.loss.Component;
import io.github.deepkd.loss.CrossEntropy;
import io.github.deepkd.loss.Term;
import io.github.deepkd.models.Model;
import io.github.deepkd.nn.FlatWeights;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.tensor.Torch;
import io.github.deepkd.weights.FileKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchScriptTest {

    private static final Shape SHAPE = new Shape(3, 8, 8);
    private static final int CLASSES = 5;

    private final TensorScope scope = TensorScope.open();

    @TempDir
    private Path folder;

    @AfterEach
    void freeTensors() {
        scope.close();
    }

    private Path classifier() {
        return Scripts.classifier(folder.resolve("net.pt"), 3, 8, CLASSES);
    }

    @Test
    void aTeacherAnswersWithLogitsAndCountsItsParameters() {
        Model teacher = TorchScript.teacher(classifier(), SHAPE, CLASSES);
        Tensor images = images(6);

        assertThat(Torch.shape(teacher.predict(images))).containsExactly(6, CLASSES);
        assertThat(Torch.equal(teacher.predict(images), teacher.frozen().apply(images)))
                .isTrue();
        assertThat(teacher.parameters()).isEqualTo(4 * 27 + 4 + 4 + 5 + CLASSES * 256 + CLASSES);
        assertThat(teacher.tensors()).containsKeys("conv", "fc", "idle", "mean", "var");
    }

    /** Of all types and layouts that a look through the file, before libtorch reads it, has to let pass. */
    @Test
    void aTeacherMayHaveTensorsThatAreViewsOrEmptyOrOfOtherNumbers() {
        Tensor ten = torch.arange(new Scalar(10));
        Map<String, Tensor> buffers = Map.of(
                "complex", torch.view_as_complex(torch.ones(3, 2)),
                "half", torch.ones(4).to(ScalarType.Half),
                "truth", torch.ones(4).to(ScalarType.Bool),
                "part", ten.slice(0, new LongOptional(2), new LongOptional(5), 1),
                "turned", torch.ones(2, 3).t(),
                "expanded", torch.ones(1, 4).expand(3, 4),
                "empty", torch.zeros(0, 3),
                "single", torch.ones(new long[0]));
        Path file = Scripts.write(folder.resolve("net.pt"), 3, 8, CLASSES, Scripts.CLASSIFIER, buffers);

        Model teacher = TorchScript.teacher(file, SHAPE, CLASSES);

        assertThat(teacher.tensors()).containsKeys(buffers.keySet().toArray(String[]::new));
        assertThat(Torch.shape(teacher.predict(images(2)))).containsExactly(2, CLASSES);
    }

    @Test
    void aStudentLearnsAndItsProgramIsSavedWithWhatItLearned() throws IOException {
        Model student = TorchScript.student(classifier(), SHAPE, CLASSES);
        assertThat(student.weightNames()).containsExactly("conv", "gamma", "beta", "fc", "bias");
        Tensor images = images(16);
        double before = loss(student, images);
        for (int step = 0; step < 30; step++) {
            step(student, images);
        }

        assertThat(loss(student, images)).isLessThan(before / 2);

        Path saved = folder.resolve("student.pt");
        TorchScript.write(saved, student);
        assertThat(Files.size(saved)).isLessThan(2 * Files.size(folder.resolve("net.pt")));
        assertThat(FileKind.of(saved)).isEqualTo(FileKind.TORCHSCRIPT);
        Model again = TorchScript.teacher(saved, SHAPE, CLASSES);
        assertThat(Torch.equal(again.predict(images), student.predict(images))).isTrue();

        step(student, images); // the weights are still the module's own
        assertThat(Torch.equal(again.predict(images), student.predict(images))).isFalse();
    }

    private static void step(Model student, Tensor images) {
        Tensor logits = student.forward(images, Mode.TRAINING);
        Term term = Term.mean(Component.TASK, CrossEntropy.of(logits, labels()), logits);
        Tensor[] gradients = Torch.grad(
                List.of(logits), List.of(term.cotangent()), student.weights().used(), false);
        Tensor vector = Torch.zerosLike(student.weights().values());
        FlatWeights.gather(gradients, vector);
        Torch.noGrad(() -> {
            Torch.add_(student.weights().values(), -0.05, vector);
        });
        student.weights().refresh();
    }

    private static double loss(Model student, Tensor images) {
        return Torch.item(
                Torch.mean(CrossEntropy.of(student.predict(images), labels()).value()));
    }

    private static Tensor labels() {
        return Torch.tensor(0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0);
    }

    @Test
    void otherOutputsThanLogitsAreRefused() {
        refused("def forward(self, x):\n    return (x, x)\n", "answers with a tuple, not with one tensor of logits");
        refused("def forward(self, x):\n    return x\n", "answers 2 images with the shape [2, 3, 8, 8]");
        refused("def forward(self, x):\n    return x.flatten()\n", "answers 2 images with the shape [384]");
        refused("def forward(self, x):\n    return x.flatten(1)\n", "has 192 classes, the data has 5");
        refused(
                "def forward(self, x):\n    return torch.linear(x, self.fc)\n",
                "cannot compute with images [2, 3, 8, 8]");
    }

    private void refused(String program, String why) {
        Path file = Scripts.write(folder.resolve("bad.pt"), 3, 8, CLASSES, program);
        assertThatThrownBy(() -> TorchScript.teacher(file, SHAPE, CLASSES))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aProgramWithoutParametersCannotBeAStudent() {
        Path file = Scripts.write(
                folder.resolve("fixed.pt"), 3, 8, CLASSES, "def forward(self, x):\n    return x.flatten(1)[:, :5]\n");
        assertThatThrownBy(() -> TorchScript.student(file, SHAPE, CLASSES))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("has no parameters to train");
    }

    @Test
    void aDamagedArchiveIsRefusedInOneSentence() throws IOException {
        byte[] whole = Files.readAllBytes(classifier());
        for (int length : new int[] {whole.length / 3, whole.length - 40}) {
            Path file = Files.write(folder.resolve("cut.pt"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TorchScript.teacher(file, SHAPE, CLASSES))
                    .isInstanceOf(BadInput.class)
                    .hasMessageStartingWith(file + " is a TorchScript module that libtorch cannot load")
                    .hasMessageNotContaining("\n");
        }
    }

    private static Tensor images(long count) {
        Tensor images = Torch.zeros(Precision.FLOAT32, count, 3, 8, 8);
        Torch.manualSeed(7);
        Torch.uniform_(images, -1, 1);
        return images;
    }
}
