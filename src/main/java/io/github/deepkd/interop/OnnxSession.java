package io.github.deepkd.interop;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.deepkd.BadInput;
import io.github.deepkd.data.Shape;
import io.github.deepkd.tensor.Torch;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * A model in ONNX Runtime: images [N, C, H, W] in, its first output out, both float32. It is closed when nothing refers to
 * it any more, if it has not been before.
 */
public final class OnnxSession implements UnaryOperator<Tensor>, AutoCloseable {

    private static final Cleaner CLEANER = Cleaner.create();

    private final String source;
    private final OrtSession session;
    private final String input;
    private final long[] expected;
    private final Cleaner.Cleanable closing;

    private OnnxSession(String source, OrtSession session, String input, long[] expected) {
        this.source = source;
        this.session = session;
        this.input = input;
        this.expected = expected;
        this.closing = CLEANER.register(this, () -> OnnxRuntime.close(session));
    }

    /**
     * Opens a file, whose tensors may lie in other files beside it.
     *
     * @param threads of one operator
     * @throws BadInput if the runtime cannot read it, or it takes something else than images [N, C, H, W] of float32
     */
    public static OnnxSession open(Path file, int threads) {
        if (!Files.isReadable(file)) {
            throw new BadInput(file + " does not exist or cannot be read: expected an ONNX file");
        }
        String path = file.toString();
        return of(path, OnnxRuntime.session(path, threads, (runtime, options) -> runtime.createSession(path, options)));
    }

    /**
     * {@link #open} of a model in memory.
     *
     * @param source how messages call it
     */
    public static OnnxSession of(String source, byte[] model, int threads) {
        return of(
                source,
                OnnxRuntime.session(source, threads, (runtime, options) -> runtime.createSession(model, options)));
    }

    private static OnnxSession of(String source, OrtSession session) {
        Collection<NodeInfo> inputs = OnnxRuntime.inputs(session);
        if (inputs.size() == 1) {
            NodeInfo only = inputs.iterator().next();
            if (only.getInfo() instanceof TensorInfo info
                    && info.type == OnnxJavaType.FLOAT
                    && info.getShape().length == 4) {
                return new OnnxSession(source, session, only.getName(), info.getShape());
            }
        }
        OnnxRuntime.close(session);
        throw new BadInput(
                "%s takes %s, expected one input of float32 images [N, C, H, W]: export a classifier of images"
                        .formatted(source, inputs));
    }

    /** How messages call the model. */
    String source() {
        return source;
    }

    /** The free text in the model. */
    public Map<String, String> metadata() {
        return OnnxRuntime.metadata(session);
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
                                        .formatted(source, Arrays.toString(Arrays.copyOfRange(expected, 1, 4)), shape)
                                + " data, or export the model for that shape");
            }
        }
    }

    /** The first output. */
    @Override
    public Tensor apply(Tensor images) {
        return run(Torch.floats(images), Torch.shape(images), result -> {
            OnnxTensor output = floats(result.get(0));
            return Torch.tensor(output.getFloatBuffer(), output.getInfo().getShape());
        });
    }

    /** Every output by its name. */
    public Map<String, FloatBuffer> outputs(Tensor images) {
        return run(Torch.floats(images), Torch.shape(images), result -> {
            Map<String, FloatBuffer> values = new HashMap<>();
            result.forEach(output ->
                    values.put(output.getKey(), floats(output.getValue()).getFloatBuffer()));
            return values;
        });
    }

    /**
     * The first output.
     *
     * @param images direct, in the order of {@code shape} [N, C, H, W]
     * @return [N, classes]
     */
    FloatBuffer logits(FloatBuffer images, long[] shape, int classes) {
        return run(images, shape, result -> {
            OnnxTensor output = floats(result.get(0));
            Logits.require(source, output.getInfo().getShape(), shape[0], classes);
            return output.getFloatBuffer();
        });
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(OrtSession.Result result) throws OrtException;
    }

    private <T> T run(FloatBuffer images, long[] shape, Reader<T> reader) {
        try (OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), images, shape);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            return reader.read(result);
        } catch (OrtException e) {
            throw new BadInput(
                    "%s cannot compute with images %s (%s)"
                            .formatted(source, Arrays.toString(shape), OnnxRuntime.reason(e)),
                    e);
        } finally {
            Reference.reachabilityFence(this); // or the cleaner might close it under way
        }
    }

    private OnnxTensor floats(OnnxValue output) {
        if (output instanceof OnnxTensor tensor && tensor.getInfo().type == OnnxJavaType.FLOAT) {
            return tensor;
        }
        throw new BadInput(
                "%s answers with %s, not with one tensor of float32 logits [N, classes]: export a classifier's logits"
                        .formatted(source, output.getInfo()));
    }

    @Override
    public void close() {
        closing.clean();
    }
}
