package com.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.deepkd.api.Distillation;
import io.github.deepkd.api.Trained;
import io.github.deepkd.models.Models;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TinyNetTest {

    @TempDir
    private Path folder;

    @BeforeAll
    static void register() {
        Models.register("tinynet", "three convolutions", 28, TinyNet::new);
    }

    @Test
    void aTeacherThatComesWithDeepkdTeachesIt() throws Exception {
        Trained student = Distillation.recipe("quickstart:deepkd")
                .with("student.model", "tinynet")
                .with("data.train-limit", 2000)
                .with("epochs", 3)
                .train(folder.resolve("run"));

        assertTrue(student.bestTop1() > 30, "ten classes, so 10 % by chance: " + student);
        assertTrue(Files.size(student.weights()) > 4 * 23_000, student.toString());
    }
}
