package io.github.deepkd.weights;

import java.util.List;

/**
 * A tensor as a checkpoint describes it: a window on a storage. Counted in elements.
 *
 * @param offset of the first element in the storage
 * @param sizes the shape
 * @param strides how far apart neighbours in each dimension lie
 */
record TensorRef(StorageRef storage, long offset, List<Long> sizes, List<Long> strides) {

    /** Elements of one type under a key of the archive; tensors may share it. */
    record StorageRef(DType type, String key, long elements) {}

    /** True if the sizes are possible and every element lies within the storage. */
    boolean isInBounds() {
        try {
            return sizes.size() == strides.size()
                    && storage.type().bytes(sizes).isPresent()
                    && offset >= 0
                    && strides.stream().allMatch(stride -> stride >= 0)
                    && end() <= storage.elements();
        } catch (ArithmeticException e) {
            return false;
        }
    }

    /** The element after the last one; the offset if there is none. */
    private long end() {
        long last = offset;
        for (int i = 0; i < sizes.size(); i++) {
            if (sizes.get(i) == 0) {
                return offset;
            }
            last = Math.addExact(last, Math.multiplyExact(sizes.get(i) - 1, strides.get(i)));
        }
        return Math.addExact(last, 1);
    }
}
