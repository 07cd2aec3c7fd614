package io.github.deepkd.image;

import java.io.IOException;

/** The content of a PNG or JPEG file, which its first bytes tell apart whatever the file is called. */
public interface Encoded {

    static Encoded of(byte[] file) throws IOException {
        return Jpeg.begins(file) ? Jpeg.of(file) : Png.of(file);
    }

    int height();

    int width();

    /** The greatest factor up to {@code most} by which decoding can make the picture smaller and cheaper; 1 at least. */
    int reduction(int most);

    /** Red, green and blue, transparency dropped; smaller by a factor that {@link #reduction} gave. */
    PackedImage decode(int reduction) throws IOException;
}
