package io.github.deepkd.export;

import java.nio.FloatBuffer;

/** The values that 8 bits without sign stand for, from {@code min} for 0 to {@code max} for 255; 0 is among them, exactly. */
record Range(double min, double max) {

    static final Range ZERO = new Range(0, 0);

    private static final int LARGEST = 255;

    Range with(FloatBuffer values) {
        float least = (float) min;
        float most = (float) max;
        while (values.hasRemaining()) {
            float value = values.get();
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        return new Range(least, most);
    }

    /** What one step of the 8 bits is. */
    float step() {
        return (float) (Math.max(max - min, 1e-6) / LARGEST);
    }

    /** The number that stands for 0. */
    int zero() {
        return (int) Math.max(0, Math.min(LARGEST, Math.rint(-min / step())));
    }
}
