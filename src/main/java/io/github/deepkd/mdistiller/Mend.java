package io.github.deepkd.mdistiller;

/**
 * One thing that stops a file in its own code and is read as it was plainly meant.
 *
 * @param text one line that names the key
 */
record Mend(Cause cause, String text) {

    /** In the order in which their code comes upon it. */
    enum Cause {
        KEY("a key that yacs refuses"),
        TYPE("a value of a type that yacs refuses"),
        DISTILLER("a distiller name that does not exist there"),
        TRAINER("a trainer name that does not exist there"),
        FIT("a trainer that does not fit the method, such as one view of each image for a method of two");

        private final String about;

        Cause(String about) {
            this.about = about;
        }

        String about() {
            return about;
        }
    }
}
