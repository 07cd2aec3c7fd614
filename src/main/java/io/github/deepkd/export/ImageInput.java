package io.github.deepkd.export;

import io.github.deepkd.BadInput;
import io.github.deepkd.data.Shape;
import io.github.deepkd.files.InputFile;
import io.github.deepkd.image.Box;
import io.github.deepkd.image.Encoded;
import io.github.deepkd.image.Picture;
import io.github.deepkd.image.Resampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Turns PNG and JPEG files into what a student takes, as evaluation on its data did. */
final class ImageInput {

    private final StudentInfo info;
    private final float[][] table;

    ImageInput(StudentInfo info) {
        this.info = info;
        this.table = info.outside().table();
    }

    /** A file that is no image; the message says why. */
    static final class NoImage extends Exception {
        NoImage(Path file, Throwable why) {
            super(file + " is no PNG or JPEG image that can be decoded (" + why.getMessage() + ")", why);
        }
    }

    /** {@code [C, H, W]}, ready for the network. */
    float[] read(Path file) throws NoImage {
        Picture picture = shaped(decoded(file));
        float[] values = new float[picture.planes().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = table[i / picture.plane()][picture.at(i)];
        }
        return values;
    }

    /** Exceptions of any kind are how decoders answer damaged files. */
    private static Picture decoded(Path file) throws NoImage {
        byte[] bytes = bytes(file);
        try {
            return Encoded.of(bytes).decode(1).picture();
        } catch (IOException | RuntimeException e) {
            throw new NoImage(file, e);
        }
    }

    private static byte[] bytes(Path file) {
        InputFile.require(file);
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new BadInput(file + " does not exist: expected an image or a folder of images", e);
        } catch (IOException e) {
            throw new BadInput(file + " cannot be read: " + e, e);
        }
    }

    private Picture shaped(Picture picture) {
        Shape shape = info.shape();
        Picture colours = shape.channels() == 1 ? picture.grey() : picture;
        if (picture.height() == shape.height() && picture.width() == shape.width()) {
            return colours;
        }
        if (shape.height() == shape.width()) {
            return Resampling.middle(colours, info.resize(), shape.height());
        }
        Box whole = new Box(0, 0, picture.height(), picture.width());
        return Resampling.resize(colours, whole, shape.height(), shape.width());
    }
}
