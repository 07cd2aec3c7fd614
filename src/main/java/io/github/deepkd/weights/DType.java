package io.github.deepkd.weights;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** The element types that are read and written, named as safetensors names them. */
enum DType {
    F64(ScalarType.Double, 8, "DoubleStorage"),
    F32(ScalarType.Float, 4, "FloatStorage"),
    F16(ScalarType.Half, 2, "HalfStorage"),
    BF16(ScalarType.BFloat16, 2, "BFloat16Storage"),
    F8_E4M3(ScalarType.Float8_e4m3fn, 1, null),
    F8_E5M2(ScalarType.Float8_e5m2, 1, null),
    I64(ScalarType.Long, 8, "LongStorage"),
    I32(ScalarType.Int, 4, "IntStorage"),
    I16(ScalarType.Short, 2, "ShortStorage"),
    I8(ScalarType.Char, 1, "CharStorage"),
    U8(ScalarType.Byte, 1, "ByteStorage"),
    BOOL(ScalarType.Bool, 1, "BoolStorage");

    private static final Set<DType> FLOATING = EnumSet.of(F64, F32, F16, BF16, F8_E4M3, F8_E5M2);

    /** No layer has more; libtorch itself stops at 64. */
    static final int MAX_RANK = 32;

    final ScalarType scalarType;
    final int bytes;
    private final @Nullable String storageClass;

    DType(ScalarType scalarType, int bytes, @Nullable String storageClass) {
        this.scalarType = scalarType;
        this.bytes = bytes;
        this.storageClass = storageClass;
    }

    static Optional<DType> named(String name) {
        return first(type -> type.name().equals(name));
    }

    /** The type of a storage class of the Python module {@code torch}, which not every type has. */
    static Optional<DType> ofStorageClass(String name) {
        return first(type -> name.equals(type.storageClass));
    }

    static Optional<DType> of(ScalarType scalarType) {
        return first(type -> type.scalarType == scalarType);
    }

    /** In the Python module {@code torch}. */
    String storageClass() {
        return Objects.requireNonNull(storageClass, () -> "PyTorch's files have no storage class of " + this);
    }

    boolean isFloating() {
        return FLOATING.contains(this);
    }

    /** How many bytes a tensor of this shape takes; empty if no tensor can have it. */
    OptionalLong bytes(List<Long> shape) {
        if (shape.size() > MAX_RANK || shape.stream().anyMatch(size -> size < 0)) {
            return OptionalLong.empty();
        }
        try {
            // As in libtorch, whose strides must not overflow even where a size of zero leaves no element.
            long strides = shape.stream().map(size -> Math.max(1, size)).reduce((long) bytes, Math::multiplyExact);
            return OptionalLong.of(shape.contains(0L) ? 0 : strides);
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static Optional<DType> first(Predicate<DType> wanted) {
        return Arrays.stream(values()).filter(wanted).findFirst();
    }
}
