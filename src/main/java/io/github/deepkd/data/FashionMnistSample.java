package io.github.deepkd.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The embedded part of <a href="https://github.com/zalandoresearch/fashion-mnist">Fashion-MNIST</a> (MIT licence): 12,000 of
 * the 60,000 training images, 1,200 a class, and all 10,000 test images.
 */
final class FashionMnistSample {

    static final String FOLDER = "/samples/fashion-mnist";

    private FashionMnistSample() {}

    static Dataset open() {
        return Idx.open("fashion-mnist-sample", FOLDER, FashionMnistSample::resource);
    }

    private static Optional<byte[]> resource(String file) throws IOException {
        try (InputStream in = FashionMnistSample.class.getResourceAsStream(FOLDER + "/" + file)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        }
    }
}
