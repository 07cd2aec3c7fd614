package io.github.deepkd.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** The number format in which networks compute. Master weights, velocities and losses stay in float32 at least. */
public enum Precision {
    FLOAT32(ScalarType.Float, ScalarType.Float),
    BFLOAT16(ScalarType.Float, ScalarType.BFloat16),
    /** For checking formulas against golden numbers; not offered on the command line. */
    FLOAT64(ScalarType.Double, ScalarType.Double);

    /** What master weights are kept in. */
    final ScalarType master;
    /** What convolutions and matrix products compute in. */
    final ScalarType compute;

    Precision(ScalarType master, ScalarType compute) {
        this.master = master;
        this.compute = compute;
    }
}
