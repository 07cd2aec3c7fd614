package com.example;

import io.github.deepkd.cli.Main;
import io.github.deepkd.models.Models;

/** deepkd's command line, which knows one model more. */
public final class OwnMain {

    private OwnMain() {}

    public static void main(String[] arguments) {
        Models.register("tinynet", "three convolutions", 28, TinyNet::new);
        Main.main(OwnMain.class, arguments);
    }
}
