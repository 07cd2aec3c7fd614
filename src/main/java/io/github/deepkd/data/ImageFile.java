package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import io.github.deepkd.files.InputFile;
import io.github.deepkd.image.Box;
import io.github.deepkd.image.Encoded;
import io.github.deepkd.image.PackedImage;
import io.github.deepkd.image.Picture;
import io.github.deepkd.image.Pixels;
import io.github.deepkd.image.Resampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** One PNG or JPEG file, read and decoded once however many views are made of it, and no more than they need. */
final class ImageFile implements Original {

    private static final long MOST_BYTES = 1 << 30;

    /** As Java calls those that {@link Encoded} decodes. */
    private static final Set<String> FORMATS = Set.of("png", "JPEG");

    private interface Decoding<T> {
        T run() throws IOException;
    }

    private final Path file;
    private final Shape shape;
    private final Optional<Fit> fit;
    private final Encoded encoded;
    private @Nullable PackedImage decoded;
    private int decodedReduction;

    ImageFile(Path file, Shape shape, Optional<Fit> fit) {
        this.file = file;
        this.shape = shape;
        this.fit = fit;
        this.encoded = decoding(file, () -> Encoded.of(InputFile.bytes(file, MOST_BYTES)));
        if (fit.isEmpty() && (height() != shape.height() || width() != shape.width())) {
            throw new BadInput(file + " is of " + width() + " x " + height() + " pixels, but was of " + shape.width()
                    + " x " + shape.height() + " when the data set was opened");
        }
    }

    /** The shape {@code [3, H, W]} that the file's header tells. */
    static Shape shape(Path file) {
        return decoding(file, () -> {
            try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
                ImageReader reader = reader(in);
                reader.setInput(in, true, true);
                int height = reader.getHeight(0);
                int width = reader.getWidth(0);
                reader.dispose();
                Pixels.require(height, width, Files.size(file));
                return new Shape(3, height, width);
            }
        });
    }

    private static ImageReader reader(ImageInputStream in) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
        if (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (FORMATS.contains(reader.getFormatName())) {
                return reader;
            }
        }
        throw new IIOException("no PNG or JPEG data");
    }

    /** Exceptions of any kind are how the decoders answer damaged files. */
    private static <T> T decoding(Path file, Decoding<T> work) {
        try {
            return work.run();
        } catch (BadInput e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new BadInput(
                    "cannot decode the image " + file + " (" + e.getMessage() + "): replace or remove it", e);
        }
    }

    @Override
    public int height() {
        return encoded.height();
    }

    @Override
    public int width() {
        return encoded.width();
    }

    /** From all of its pixels, as those who published accuracies did. */
    @Override
    public Picture plain() {
        PackedImage whole = decoded(1);
        return fit.map(f -> Resampling.middle(whole, f.resize(), f.size())).orElseGet(whole::picture);
    }

    /** Decoded smaller by as much as leaves the part no smaller than what it becomes. */
    @Override
    public Picture resized(Box box, boolean mirrored) {
        int reduction = encoded.reduction(Math.min(box.height() / shape.height(), box.width() / shape.width()));
        return Resampling.resize(decoded(reduction), box.reduced(reduction), shape.height(), shape.width(), mirrored);
    }

    private PackedImage decoded(int reduction) {
        if (decoded == null || decodedReduction != reduction) {
            decoded = decoding(file, () -> encoded.decode(reduction));
            decodedReduction = reduction;
        }
        return decoded;
    }
}
