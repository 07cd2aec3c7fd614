package io.github.deepkd.data;

import io.github.deepkd.BadInput;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A training and a test split over the same classes.
 *
 * @param name for people and logs
 * @param classNames by label
 */
public record Dataset(String name, ImageSet train, ImageSet test, List<String> classNames) {

    public Dataset {
        classNames = List.copyOf(classNames);
        if (!train.shape().equals(test.shape())) {
            throw new BadInput(name + " has training images of " + train.shape() + " but test images of " + test.shape()
                    + " (channels, height, width): both splits must have one shape");
        }
    }

    public int classes() {
        return classNames.size();
    }

    public Shape shape() {
        return train.shape();
    }

    /**
     * What a run was made from, in 64 hexadecimal digits: SHA-256 over both splits' labels and pixels, or for a folder of
     * images over their relative paths, sizes and labels. Computed at each call, about half a second for CIFAR-100.
     */
    public String hash() {
        MessageDigest sha = sha256();
        for (ImageSet split : List.of(train, test)) {
            Shape s = split.shape();
            int[] header = {split.size(), s.channels(), s.height(), s.width()};
            ByteBuffer bytes = ByteBuffer.allocate(header.length * Integer.BYTES);
            bytes.asIntBuffer().put(header);
            sha.update(bytes);
            split.digest(sha);
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
