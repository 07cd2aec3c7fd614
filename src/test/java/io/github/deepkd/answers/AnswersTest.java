package io.github.deepkd.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.deepkd.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {

    private static final int IMAGES = 10;
    private static final int CLASSES = 5;
    private static final int BATCH = 4;
    private static final int BATCHES = 3;

    @TempDir
    private Path folder;

    @Test
    void everyAnswerIsFoundByEpochImageAndView() {
        Description description = description(3, 0);
        storeAll(description);
        Answers answers = Answers.open(folder, Description.read(folder));
        float[] read = new float[CLASSES];
        for (int epoch = 1; epoch <= 3; epoch++) {
            for (int image = 0; image < IMAGES; image++) {
                for (int view = 0; view < 2; view++) {
                    answers.read(epoch, image, view, 0, read, 0);
                    assertThat(read).containsExactly(answer(epoch, image, view));
                }
            }
        }
        assertThat(folder.resolve("answers.bin")).hasSize(description.bytes());
    }

    /** Whatever a crash leaves of the last batch, and a flipped bit in any other, is stored again, and nothing else. */
    @ParameterizedTest
    @CsvSource({
        "0, -1",
        "1, -1",
        "163, -1",
        "164, -1",
        "165, -1",
        "700, -1",
        "983, -1",
        "984, 170",
        "984, 983",
        "500, 0"
    })
    void whatIsMissingOrDamagedIsStoredAgainAndTheFileIsAsIfNothingHadHappened(int length, int flipped)
            throws IOException {
        Description description = description(2, 0);
        storeAll(description);
        Path file = folder.resolve("answers.bin");
        byte[] whole = Files.readAllBytes(file);
        assertThat(whole).hasSize(984); // 6 batches of 4 images, 2 views, 5 classes in float32, and a checksum
        byte[] left = Arrays.copyOf(whole, length);
        if (flipped >= 0) {
            left[flipped] ^= 4;
        }
        Files.write(file, left);
        boolean damaged = length < whole.length || flipped >= 0;
        if (damaged) {
            assertThatThrownBy(() -> Answers.open(folder, Description.read(folder)))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("run the same deepkd teach command again");
        }
        int missing = BATCHES * 2 - length / (whole.length / 6) + (flipped >= 0 ? 1 : 0);
        assertThat(storeAll(description)).isEqualTo(missing);
        assertThat(file).hasBinaryContent(whole);
    }

    @Test
    void moreViewsAreAddedToThoseThatAreThere() {
        storeAll(description(1, 0));
        assertThat(storeAll(description(3, 0))).isEqualTo(2 * BATCHES);
        assertThat(Answers.open(folder, Description.read(folder)).description().views())
                .isEqualTo(3);
        assertThatThrownBy(() -> AnswersWriter.open(folder, description(2, 0)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("views 3, not 2");
    }

    @Test
    void anotherQuestionIsRefusedAndTheSettingNamed() {
        storeAll(description(1, 0));
        assertThatThrownBy(() -> AnswersWriter.open(folder, description(1, 2)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("top all, not 2")
                .hasMessageContaining("--output");
    }

    /** The checksums cover what the answers are said to be: a changed teach.json does not pass as another store. */
    @Test
    void answersUnderAnEditedDescriptionAreRefused() throws IOException {
        storeAll(description(1, 0));
        Path json = folder.resolve("teach.json");
        Files.writeString(json, Files.readString(json).replace("resnet8", "resnet14"));
        assertThatThrownBy(() -> Answers.open(folder, Description.read(folder)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("batch 1 of 3 does not match its checksum");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"format\": \"deepkd-answers-1\"}",
                "{\"format\":\"deepkd-answers-2\",\"views\":1,\"views_per_epoch\":1,\"images\":1,\"classes\":2,\"top\":0,"
                        + "\"batch_size\":1,\"seed\":1,\"settings\":{}}",
                "{\"format\":\"deepkd-answers-1\",\"views\":1,\"views_per_epoch\":1,\"images\":2147483647,"
                        + "\"classes\":1000000,\"top\":0,\"batch_size\":2147483647,\"seed\":1,\"settings\":{}}",
                "{\"format\":\"deepkd-answers-1\",\"views\":1,\"views_per_epoch\":1,\"images\":1,\"classes\":2,\"top\":0,"
                        + "\"batch_size\":1,\"seed\":1,\"settings\":{\"a\":null}}",
                "{\"format\":\"deepkd-answers-1\",\"views\":1,\"views_per_epoch\":1,\"images\":1,\"classes\":2,\"top\":0,"
                        + "\"batch_size\":1,\"seed\":1,\"settings\":null}",
            })
    void aDescriptionThatIsNoneIsRefusedInOneSentence(String json) throws IOException {
        Files.writeString(folder.resolve("teach.json"), json);
        assertThatThrownBy(() -> Description.read(folder))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("teach.json does not describe stored answers")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aFileWithoutAnAnswerIsNotCompleteHoweverManyImagesAreSaidToBeInIt() throws IOException {
        Description most = new Description(Description.FORMAT, 1, 1, Integer.MAX_VALUE, 2, 0, 2, 1, new TreeMap<>());
        Files.write(folder.resolve("answers.bin"), new byte[0]);
        assertThatThrownBy(() -> Answers.open(folder, most))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("0 of 1073741824 batches");
    }

    /** Checksums keep out damage, not forgery. */
    @Test
    void anAnswerThatNamesAClassThatIsNotThereIsRefusedThoughItsChecksumIsRight() throws IOException {
        Description description = description(1, 2);
        storeAll(description);
        Path file = folder.resolve("answers.bin");
        byte[] forged = Files.readAllBytes(file);
        forged[3 * Float.BYTES] = CLASSES;
        Files.write(file, ResealedAnswers.of(description, forged));
        Answers answers = Answers.open(folder, Description.read(folder));
        assertThatThrownBy(() -> answers.read(1, 0, 0, 0, new float[2 * CLASSES], 0))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("class 5 of 5");
    }

    @Test
    void twoProcessesCannotStoreInOneFolder() {
        try (AnswersWriter first = AnswersWriter.open(folder, description(1, 0))) {
            assertThat(first.stored()).isZero();
            assertThatThrownBy(() -> AnswersWriter.open(folder, description(1, 0)))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("another deepkd teach is storing");
        }
    }

    @Test
    void aFolderOfOtherFilesIsLeftAlone() throws IOException {
        Files.writeString(folder.resolve("config.yaml"), "epochs: 1");
        assertThatThrownBy(() -> AnswersWriter.open(folder, description(1, 0)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("name another --output folder");
        assertThat(folder).isDirectoryNotContaining("glob:**answers.bin");
    }

    @Test
    void moreThanTheDiskHasRoomForIsRefusedBeforeAnythingIsStored() {
        Description huge =
                new Description(Description.FORMAT, 1_000_000, 2, 1_000_000, 1000, 0, 1000, 1, new TreeMap<>());
        assertThatThrownBy(() -> AnswersWriter.open(folder, huge))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("has room for")
                .hasMessageContaining("--top");
    }

    private static Description description(int views, int top) {
        return new Description(
                Description.FORMAT,
                views,
                2,
                IMAGES,
                CLASSES,
                top,
                BATCH,
                7,
                new TreeMap<>(Map.of("teacher.model", "resnet8")));
    }

    /** Returns how many batches had to be stored. */
    private int storeAll(Description description) {
        int count = 0;
        try (AnswersWriter writer = AnswersWriter.open(folder, description)) {
            for (int epoch = 1; epoch <= description.views(); epoch++) {
                for (int first = 0; first < IMAGES; first += BATCH) {
                    if (writer.isMissing(epoch, first)) {
                        assertThat(writer.firstMissing(epoch)).isEqualTo(first / BATCH);
                        store(writer, epoch, first);
                        count++;
                    }
                }
                assertThat(writer.firstMissing(epoch)).isEqualTo(-1);
            }
        }
        return count;
    }

    private static void store(AnswersWriter writer, int epoch, int first) {
        int n = Math.min(BATCH, IMAGES - first);
        float[][] logits = new float[2][n * CLASSES];
        for (int view = 0; view < 2; view++) {
            for (int i = 0; i < n; i++) {
                System.arraycopy(answer(epoch, first + i, view), 0, logits[view], i * CLASSES, CLASSES);
            }
        }
        writer.store(epoch, first, new long[n], logits);
    }

    private static float[] answer(int epoch, int image, int view) {
        float[] logits = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            logits[c] = 1000 * epoch + 10 * image + view + c / 8f;
        }
        return logits;
    }
}
