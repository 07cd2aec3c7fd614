package io.github.deepkd.data;

import io.github.deepkd.image.Box;
import io.github.deepkd.image.Picture;
import io.github.deepkd.image.Resampling;

/** An image before it takes the shape that its split's images have in common. For one thread. */
public interface Original {

    int height();

    int width();

    /** In the split's shape, as evaluation sees it. */
    Picture plain();

    /** A part of it, resized to the split's shape; with left and right exchanged at the end if so wished. */
    Picture resized(Box box, boolean mirrored);

    /** An image that has its split's shape already. */
    record Held(Picture plain) implements Original {

        @Override
        public int height() {
            return plain.height();
        }

        @Override
        public int width() {
            return plain.width();
        }

        @Override
        public Picture resized(Box box, boolean mirrored) {
            Picture part = Resampling.resize(plain, box, plain.height(), plain.width());
            return mirrored ? part.mirrored() : part;
        }
    }
}
