package io.github.deepkd.interop;

import io.github.deepkd.BadInput;
import io.github.deepkd.nn.Layer;
import io.github.deepkd.nn.Mode;
import io.github.deepkd.tensor.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.pytorch.Tensor;

/** An ONNX model as a layer that cannot be trained: images [N, C, H, W] in, logits [N, classes] out. */
record OnnxNetwork(OnnxSession session, int classes) implements Layer {

    @Override
    public Tensor forward(Tensor images, Mode mode) {
        if (mode.training()) {
            throw new BadInput(session.source() + " is an ONNX model, which only teaches: it cannot be trained");
        }
        int count = Math.toIntExact(images.size(0));
        int rows = session.fixedBatch() > 0 ? session.fixedBatch() : count;
        return Torch.tensor(answers(Torch.floats(images), count, rows, Torch.shape(images)), count, classes);
    }

    /** Asks for {@code rows} images at a time; where the last are fewer, images of zeros are put behind them. */
    private FloatBuffer answers(FloatBuffer images, int count, int rows, long[] shape) {
        int pixels = images.remaining() / count;
        FloatBuffer answers = FloatBuffer.allocate(count * classes);
        shape[0] = rows;
        for (int first = 0; first < count; first += rows) {
            int some = Math.min(rows, count - first);
            FloatBuffer part = images.slice(first * pixels, some * pixels);
            FloatBuffer answer = session.logits(some == rows ? part : filledUp(part, rows * pixels), shape, classes);
            answers.put(answer.limit(some * classes));
        }
        return answers.flip();
    }

    private static FloatBuffer filledUp(FloatBuffer part, int values) {
        ByteBuffer memory = ByteBuffer.allocateDirect(values * Float.BYTES).order(ByteOrder.nativeOrder());
        FloatBuffer whole = memory.asFloatBuffer();
        whole.put(part);
        return whole.rewind();
    }
}
