package io.github.deepkd.image;

/**
 * The fourteen operations that RandAugment (Cubuk et al. 2020) chooses from in FixMatch (Sohn et al. 2020, table 12) and in
 * the code of DeepKD, in the order of their list, each with the range its strength is drawn from.
 */
public enum Operation {
    AUTO_CONTRAST(0, 1, (image, unused) -> Tones.autoContrast(image)),
    BRIGHTNESS(0.05, 0.95, Blends::brightness),
    COLOR(0.05, 0.95, Blends::color),
    CONTRAST(0.05, 0.95, Blends::contrast),
    EQUALIZE(0, 1, (image, unused) -> Tones.equalize(image)),
    IDENTITY(0, 1, (image, unused) -> image),
    POSTERIZE(4, 8, (image, bits) -> Tones.posterize(image, (int) bits)),
    ROTATE(-30, 30, Affine::rotate),
    SHARPNESS(0.05, 0.95, Blends::sharpness),
    SHEAR_X(-0.3, 0.3, Affine::shearX),
    SHEAR_Y(-0.3, 0.3, Affine::shearY),
    SOLARIZE(0, 256, Tones::solarize),
    TRANSLATE_X(-0.3, 0.3, Affine::translateX),
    TRANSLATE_Y(-0.3, 0.3, Affine::translateY);

    private interface Effect {
        Picture apply(Picture image, double strength);
    }

    private final double least;
    private final double most;

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final Effect effect;

    Operation(double least, double most, Effect effect) {
        this.least = least;
        this.most = most;
        this.effect = effect;
    }

    /** The strength at {@code fraction}, 0 to 1, of the operation's range. */
    public double strength(double fraction) {
        return least + (most - least) * fraction;
    }

    public Picture apply(Picture image, double strength) {
        return effect.apply(image, strength);
    }
}
