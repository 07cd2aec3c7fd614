package io.github.deepkd.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.github.deepkd.report.RunEvent.Evaluation;
import io.github.deepkd.report.RunEvent.Gradients;
import io.github.deepkd.report.RunEvent.MomentaChanged;
import io.github.deepkd.report.RunEvent.Predictions;
import io.github.deepkd.report.RunEvent.RunResumed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-04T05:06:07.500Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    /** An event as its fields' numbers say. */
    private record Read(long step, double seconds, String version, boolean restart, Map<String, Float> values) {}

    private List<Read> written(RunEvent... events) throws IOException {
        try (TensorBoard board = new TensorBoard(folder, CLOCK)) {
            List.of(events).forEach(board::on);
        }
        try (var files = Files.list(folder)) {
            return records(Files.readAllBytes(files.findFirst().orElseThrow()));
        }
    }

    private static List<Read> records(byte[] file) throws IOException {
        List<Read> events = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(masked(length));
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(masked(data));
            events.add(event(UnknownFieldSet.parseFrom(data)));
        }
        return events;
    }

    /** CRC-32C bit by bit, as RFC 3720 has it, and TFRecord's mask of it. */
    private static int masked(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static Read event(UnknownFieldSet event) throws IOException {
        Map<String, Float> values = new LinkedHashMap<>();
        for (var summary : event.getField(5).getLengthDelimitedList()) {
            for (var value : UnknownFieldSet.parseFrom(summary).getField(1).getLengthDelimitedList()) {
                UnknownFieldSet scalar = UnknownFieldSet.parseFrom(value);
                values.put(
                        text(scalar.getField(1)),
                        Float.intBitsToFloat(scalar.getField(2).getFixed32List().get(0)));
            }
        }
        List<Long> step = event.getField(2).getVarintList();
        return new Read(
                step.isEmpty() ? 0 : step.get(0),
                Double.longBitsToDouble(event.getField(1).getFixed64List().get(0)),
                event.hasField(3) ? text(event.getField(3)) : "",
                event.hasField(7),
                values);
    }

    private static String text(Field field) {
        return field.getLengthDelimitedList().get(0).toString(UTF_8);
    }

    @Test
    void aFileBeginsWithItsVersionAndTellsStepsAndEpochsOverAllSteps() throws IOException {
        List<Read> read = written(Events.started(72.61), Events.step(3, 20), Events.epoch(3, 65.32));
        assertThat(read).hasSize(3);
        assertThat(read.get(0).version()).isEqualTo("brain.Event:2");
        assertThat(read).allMatch(event -> event.seconds() == 1772600767.5);
        assertThat(read.get(1).step()).isEqualTo(220);
        assertThat(read.get(1).values())
                .containsEntry("loss/total", 1.5f)
                .containsEntry("loss/non-target", 0.3f)
                .containsEntry("lr", 0.05f)
                .containsEntry("k", 23f);
        assertThat(read.get(2).step()).isEqualTo(300);
        assertThat(read.get(2).values()).containsEntry("accuracy/test_top1", 65.32f);
    }

    @Test
    void whatIsMeasuredHasTagsOfItsOwn() throws IOException {
        Measured.Certainty certain = new Measured.Certainty(60, 70, 0.9);
        List<Read> read = written(
                Events.started(72.61),
                new Gradients(
                        1,
                        50,
                        8,
                        Map.of("task", new Measured.Gradient(0.1, 0.2, 0.05, 3, -0.5)),
                        Map.of("task/target", 0.25),
                        Map.of("task+non-target", new Measured.Velocity(0.975, 9, 0.45, 39)),
                        Map.of("conv1.weight", Map.of("task", 0.125))),
                new Predictions(1, 50, certain, certain, 81.0, new Measured.Mask(5, 40, 30)),
                new Predictions(1, 50, certain, null, null, null),
                new MomentaChanged(1, 50, Map.of("task", 0.95), Map.of("task", 0.1)),
                new Evaluation("student", 1, certain, 5, List.of(), 75.0, List.of()));
        assertThat(read.get(1).values())
                .containsEntry("gsnr/task", 0.1f)
                .containsEntry("cosine/task_target", 0.25f)
                .containsEntry("step_length/task+non-target", 0.45f)
                .containsEntry("gsnr_task/conv1.weight", 0.125f)
                .containsEntry("update_cosine/task", -0.5f);
        assertThat(read.get(2).values()).containsEntry("mask/kept_mass", 40f).containsEntry("batch/agreement", 81f);
        assertThat(read.get(3).values().keySet())
                .containsExactly("batch/student_top1", "batch/student_confidence", "batch/student_entropy");
        assertThat(read.get(4).values()).containsEntry("momentum/task", 0.95f);
        assertThat(read.get(5).step()).isEqualTo(100);
        assertThat(read.get(5).values())
                .containsEntry("test/student_calibration_error", 5f)
                .containsEntry("test/agreement", 75f);
    }

    @Test
    void aResumedRunMakesLaterStepsOfEarlierFilesVoid() throws IOException {
        List<Read> read = written(Events.started(72.61), new RunResumed(2, 30, "c"), Events.step(3, 40));
        assertThat(read.get(1).restart()).isTrue();
        assertThat(read.get(1).step()).isEqualTo(231);
        assertThat(read.get(2).restart()).isFalse();
        assertThat(read.get(2).step()).isEqualTo(240);
    }
}
