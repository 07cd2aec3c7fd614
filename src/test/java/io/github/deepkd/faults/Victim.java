package io.github.deepkd.faults;

import io.github.deepkd.cli.Main;
import io.github.deepkd.files.Disk;
import java.util.Arrays;

/** deepkd on a disk that fails. */
final class Victim {

    private Victim() {}

    /** @param arguments what happens, after how many bytes, and a command line */
    public static void main(String[] arguments) {
        Disk.failAfter(Long.parseLong(arguments[1]), Disk.End.valueOf(arguments[0]));
        Main.main(Arrays.copyOfRange(arguments, 2, arguments.length));
    }
}
