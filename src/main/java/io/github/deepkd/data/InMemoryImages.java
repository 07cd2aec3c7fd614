package io.github.deepkd.data;

/** A split held in memory: {@code pixels} is {@code [N, C, H, W]} and {@code labels} is {@code [N]}, unsigned bytes both. */
final class InMemoryImages implements ImageSet {

    private final Shape shape;
    private final byte[] pixels;
    private final byte[] labels;

    InMemoryImages(Shape shape, byte[] pixels, byte[] labels) {
        if (pixels.length != labels.length * shape.size()) {
            throw new IllegalArgumentException(
                    pixels.length + " pixels are not " + labels.length + " images of " + shape);
        }
        this.shape = shape;
        this.pixels = pixels;
        this.labels = labels;
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public int label(int index) {
        return Byte.toUnsignedInt(labels[index]);
    }

    @Override
    public void read(int index, byte[] planar) {
        System.arraycopy(pixels, index * shape.size(), planar, 0, shape.size());
    }
}
