package io.github.deepkd.export;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import io.github.deepkd.tensor.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;

/** Constants of an ONNX model; their bytes are little-endian, in row-major order. */
final class OnnxTensors {

    private OnnxTensors() {}

    /** In float32, whatever it is in. */
    static TensorProto of(String name, Tensor tensor) {
        return of(name, Torch.doubles(tensor), Torch.shape(tensor));
    }

    static TensorProto of(String name, double[] values, long... shape) {
        ByteBuffer bytes = buffer(values.length * Float.BYTES);
        Arrays.stream(values).forEach(value -> bytes.putFloat((float) value));
        return tensor(name, DataType.FLOAT, bytes, shape);
    }

    static TensorProto of(String name, long[] values) {
        ByteBuffer bytes = buffer(values.length * Long.BYTES);
        Arrays.stream(values).forEach(bytes::putLong);
        return tensor(name, DataType.INT64, bytes, values.length);
    }

    static TensorProto ofInts(String name, int[] values, long... shape) {
        ByteBuffer bytes = buffer(values.length * Integer.BYTES);
        Arrays.stream(values).forEach(bytes::putInt);
        return tensor(name, DataType.INT32, bytes, shape);
    }

    /** @param type INT8 or UINT8 */
    static TensorProto ofBytes(String name, DataType type, byte[] values, long... shape) {
        return tensor(name, type, ByteBuffer.wrap(values), shape);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorProto tensor(String name, DataType type, ByteBuffer bytes, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(bytes.rewind()));
        Arrays.stream(shape).forEach(tensor::addDims);
        return tensor.build();
    }
}
