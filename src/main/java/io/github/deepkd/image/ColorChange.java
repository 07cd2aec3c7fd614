package io.github.deepkd.image;

/** What torchvision's {@code ColorJitter} changes, in the order of its list. */
public enum ColorChange {
    BRIGHTNESS(Blends::brightness),
    CONTRAST(Blends::contrast),
    SATURATION(Blends::color),
    HUE(Hue::turn);

    private interface Effect {
        Picture apply(Picture image, double amount);
    }

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final Effect effect;

    ColorChange(Effect effect) {
        this.effect = effect;
    }

    /** @param amount a factor, of which 1 changes nothing; of the hue a share of the whole circle */
    public Picture apply(Picture image, double amount) {
        return effect.apply(image, amount);
    }
}
