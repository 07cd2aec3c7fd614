package io.github.deepkd.export;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.github.deepkd.BadInput;
import io.github.deepkd.tensor.Torch;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** An ONNX model on ONNX Runtime: images [N, C, H, W] in, logits [N, classes] out, both float32. */
public final class OnnxNetwork implements UnaryOperator<Tensor>, AutoCloseable {

    private final String source;
    private final OrtSession session;
    private final int classes;

    private OnnxNetwork(String source, OrtSession session, int classes) {
        this.source = source;
        this.session = session;
        this.classes = classes;
    }

    /** The same, whose answers must be those of so many classes. */
    OnnxNetwork ofClasses(int newClasses) {
        return new OnnxNetwork(source, session, newClasses);
    }

    /**
     * @param threads of one operator
     * @throws BadInput where the file cannot be read, or ONNX Runtime cannot run what is in it
     */
    public static OnnxNetwork open(Path file, int threads) {
        try {
            return of(file.toString(), Files.readAllBytes(file), threads);
        } catch (NoSuchFileException e) {
            throw new BadInput(file + " does not exist: expected an ONNX file", e);
        } catch (IOException e) {
            throw new BadInput(file + " cannot be read: " + e, e);
        }
    }

    /** @param source how messages call it */
    static OnnxNetwork of(String source, byte[] model, int threads) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            return new OnnxNetwork(source, OrtEnvironment.getEnvironment().createSession(model, options), 0);
        } catch (OrtException e) {
            throw new BadInput(
                    source + " is no ONNX model that ONNX Runtime " + version() + " can run: " + firstLine(e), e);
        }
    }

    static String version() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    private static String firstLine(OrtException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown");
    }

    /** The free text in the file. */
    public Map<String, String> metadata() {
        try {
            return session.getMetadata().getCustomMetadata();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Tensor apply(Tensor images) {
        try (OnnxTensor input = tensor(images);
                OrtSession.Result outputs = session.run(Map.of(input(), input))) {
            return copied(outputs.get(0), images.size(0));
        } catch (OrtException e) {
            throw new BadInput(source + " cannot be run on images " + shape(images) + ": " + firstLine(e), e);
        }
    }

    /** Every output by its name. */
    Map<String, FloatBuffer> outputs(Tensor images) {
        Map<String, FloatBuffer> values = new HashMap<>();
        try (OnnxTensor input = tensor(images);
                OrtSession.Result outputs = session.run(Map.of(input(), input))) {
            outputs.forEach(named -> values.put(named.getKey(), ((OnnxTensor) named.getValue()).getFloatBuffer()));
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
        return values;
    }

    private String input() {
        return session.getInputNames().stream()
                .findFirst()
                .orElseThrow(() -> new BadInput(source + " takes no input: write it again with deepkd export"));
    }

    private static OnnxTensor tensor(Tensor images) throws OrtException {
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), Torch.floats(images), Torch.shape(images));
    }

    private Tensor copied(OnnxValue answer, long images) {
        if (answer instanceof OnnxTensor output && output.getInfo().type == OnnxJavaType.FLOAT) {
            long[] shape = output.getInfo().getShape();
            boolean logits = shape.length == 2 && shape[0] == images && shape[1] == classes;
            if (classes == 0 || logits) {
                return Torch.tensor(output.getFloatBuffer(), shape);
            }
        }
        throw new BadInput(source + " answers with " + answer.getInfo() + ", not with float32 logits [" + images + ", "
                + classes + "]: write it again with deepkd export");
    }

    private static String shape(Tensor images) {
        return Arrays.toString(Torch.shape(images));
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
