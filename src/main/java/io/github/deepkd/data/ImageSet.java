package io.github.deepkd.data;

import io.github.deepkd.image.Picture;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** One split of a data set. Safe for any number of threads at once. */
public interface ImageSet {

    int size();

    /** Of every image alike. */
    Shape shape();

    /** The class of an image, from 0. */
    int label(int index);

    /**
     * Fills {@code planar} with the image's planes {@code [C, H, W]}, unsigned bytes.
     *
     * @throws io.github.deepkd.BadInput where the image lies in a file of its own that cannot be decoded
     */
    void read(int index, byte[] planar);

    /** The image for a view to be made of; by default what {@link #read} gives is all there is of it. */
    default Original original(int index) {
        byte[] planar = new byte[shape().size()];
        read(index, planar);
        return new Original.Held(new Picture(shape().channels(), shape().height(), shape().width(), planar));
    }

    /** Adds what identifies this split's content: by default the labels and pixels of all images. */
    default void digest(MessageDigest sha) {
        byte[] planar = new byte[shape().size()];
        for (int i = 0; i < size(); i++) {
            read(i, planar);
            sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(label(i)).array());
            sha.update(planar);
        }
    }
}
