package io.github.deepkd.interop;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.deepkd.BadInput;
import io.github.deepkd.data.Shape;
import io.github.deepkd.tensor.Torch;
import java.lang.ref.Cleaner;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A model in ONNX Runtime, with one input of images. It is closed when nothing refers to it any more. */
final class OnnxSession {

    private static final Cleaner CLEANER = Cleaner.create();
    private static final int LONGEST_REASON = 300;

    private final Path file;
    private final OrtSession session;
    private final String input;
    private final long[] expected;

    private OnnxSession(Path file, OrtSession session, String input, long[] expected) {
        this.file = file;
        this.session = session;
        this.input = input;
        this.expected = expected;
        CLEANER.register(this, () -> close(session));
    }

    /** @throws BadInput if the runtime cannot read it, or it takes something else than images [N, C, H, W] of float32 */
    static OnnxSession open(Path file) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Torch.threads());
            // Threads that wait would take the cores that libtorch trains the student on.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            return of(file, OrtEnvironment.getEnvironment().createSession(file.toString(), options));
        } catch (OrtException e) {
            throw new BadInput(
                    "%s is an ONNX model that ONNX Runtime cannot load (%s): export it again with the standard operators"
                            .formatted(file, reason(e)),
                    e);
        }
    }

    private static OnnxSession of(Path file, OrtSession session) throws OrtException {
        Map<String, NodeInfo> inputs = session.getInputInfo();
        NodeInfo first = inputs.values().iterator().next();
        if (inputs.size() == 1
                && first.getInfo() instanceof TensorInfo info
                && info.type == OnnxJavaType.FLOAT
                && info.getShape().length == 4) {
            return new OnnxSession(file, session, first.getName(), info.getShape());
        }
        close(session);
        throw new BadInput(
                "%s takes %s, expected one input of float32 images [N, C, H, W]: export a classifier of images"
                        .formatted(file, inputs.values()));
    }

    Path file() {
        return file;
    }

    /** How many images it takes at once, no more and no fewer; 0 for any number. */
    int fixedBatch() {
        return (int) Math.max(0, expected[0]);
    }

    /** @throws BadInput if it takes images of another shape only */
    void requireImages(Shape shape) {
        long[] ours = {-1, shape.channels(), shape.height(), shape.width()};
        for (int i = 1; i < ours.length; i++) {
            if (expected[i] > 0 && expected[i] != ours[i]) {
                throw new BadInput(
                        "%s takes images of the shape %s (channels, height, width), the data's are %s: resize the"
                                        .formatted(file, Arrays.toString(Arrays.copyOfRange(expected, 1, 4)), shape)
                                + " data, or export the model for that shape");
            }
        }
    }

    /**
     * @param images direct, in the order of {@code shape} [N, C, H, W]
     * @return [N, classes]
     */
    FloatBuffer run(FloatBuffer images, long[] shape, int classes) {
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), images, shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            return logits(result.get(0), shape[0], classes);
        } catch (OrtException e) {
            throw new BadInput(
                    "%s cannot compute with images %s (%s)".formatted(file, Arrays.toString(shape), reason(e)), e);
        }
    }

    private FloatBuffer logits(OnnxValue answer, long images, int classes) {
        if (answer instanceof OnnxTensor tensor && tensor.getInfo().type == OnnxJavaType.FLOAT) {
            Logits.require(file, tensor.getInfo().getShape(), images, classes);
            return tensor.getFloatBuffer();
        }
        throw new BadInput(
                "%s answers with %s, not with one tensor of float32 logits [N, classes]: export a classifier's logits"
                        .formatted(file, answer.getInfo()));
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String reason(OrtException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return message.length() > LONGEST_REASON ? message.substring(0, LONGEST_REASON) + "…" : message;
    }
}
