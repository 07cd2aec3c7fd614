package io.github.deepkd.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.deepkd.config.Recipes;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.data.Cifar;
import io.github.deepkd.data.Idx;
import io.github.deepkd.loss.Semantics;
import io.github.deepkd.mdistiller.ImportedFile;
import io.github.deepkd.train.RunConfig;
import io.github.deepkd.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Files that people write: recipes, mdistiller's files, names of classes; and the configuration that a run keeps. */
final class TextReaders {

    private static final List<String> YAML = List.of(
            "[",
            "]",
            "{",
            "}",
            ": ",
            "- ",
            "? ",
            "&a ",
            "*a",
            ", *a",
            "<<: *a\n",
            "a: &a [*a]\n",
            "b: &a {c: 1}\n",
            "\"",
            "'",
            "\"\\e\"",
            "\"\\0\"",
            "\u0000",
            "\t",
            "\r",
            "#",
            "|\n ",
            ">\n ",
            "!!binary ",
            "!!java.net.URL ",
            "%YAML 9.9\n",
            "---\n",
            "...\n",
            ".inf",
            ".nan",
            "null",
            "~",
            "true",
            "0x",
            "0o9",
            "1e999",
            "base: ",
            "base: \"\\0.yaml\"\n",
            "variants:\n",
            "extends: a\n",
            "kind: ",
            "\u00ff",
            "\u00e2\u0080\u00a8");

    private static final String RECIPE = """
            about: everything a recipe may say
            base: base.yaml
            data: {kind: folder, directory: images, size: 32, resize: 36, train-limit: 100, loader-threads: 2,
              augmentation: {kind: resized-crop}, normalization: {mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25]}}
            teacher: {model: resnet56, weights: teacher.pt}
            student:
              model: resnet20
            method: {kind: dkd, alpha: 1.0, beta: 8.0, temperature: 4}
            momenta: {kind: deepkd, mu: 0.9}
            mask: {kind: fixed, k: 55}
            learning-rate: {kind: steps, start: 0.05, milestones: [150, 180, 210], factor: 0.1}
            weight-decay: 5e-4
            batch-size: 64
            epochs: 240
            seed: 9000000000
            precision: bfloat16
            """;

    private static final String VARIANTS = """
            about: two of a kind
            student: &s {model: resnet8}
            variants:
              default: {method: kd, student: *s}
              more: {about: longer, extends: default, epochs: 300, mask: {kind: all}}
            """;

    private static final String YACS = """
            EXPERIMENT: {NAME: "", TAG: "dkd,res56,res20", PROJECT: "cifar100"}
            DISTILLER: {TYPE: "DKD", TEACHER: "resnet56", STUDENT: "resnet20"}
            DKD: {CE_WEIGHT: 1.0, ALPHA: 1., BETA: 2., T: 4., WARMUP: 20}
            SOLVER:
              BATCH_SIZE: 64
              EPOCHS: 240
              LR: 0.05
              LR_DECAY_STAGES: [150, 180, 210]
              LR_DECAY_RATE: 0.1
              WEIGHT_DECAY: 0.0005
              MOMENTUM: 0.9
              TYPE: "SGD"
              TRAINER: "deepkd"
              DEEPKD: {DELTA_TOG: 0.05, DELTA_TCG: -0.05, DELTA_NCG: 0.05, TOPK: 55}
            """;

    private static final String YACS_COSINE = """
            DATASET: {TYPE: imagenet, NUM_WORKERS: 8}
            DISTILLER: {TYPE: MLKD, TEACHER: ResNet34, STUDENT: ResNet18}
            SOLVER: {TRAINER: ours, LR_COS: yes, WARMUP_EPOCHS: 5, MIN_LR: 1e-5, EPOCHS: "100", LR: .2}
            """;

    private TextReaders() {}

    static List<FuzzedReader> all() {
        Recipes recipes = Recipes.shipped();
        return List.of(
                FuzzedReader.ofFile(
                        "recipe", YAML, TextReaders::recipes, file -> RunConfig.of(recipes.resolve(file.toString()))
                                .toMap()),
                FuzzedReader.ofFile(
                        "mdistiller",
                        YAML,
                        folder -> files(folder, "yacs", YACS, YACS_COSINE),
                        file -> ImportedFile.read(file, Semantics.AUTHORS).recipe()),
                FuzzedReader.ofFolder("run-configuration", YAML, TextReaders::configuration, TextReaders::resume),
                FuzzedReader.ofFolder(
                        "class-names",
                        List.of("\n", "\r", "\u00ff", "\u001b[2J", " "),
                        TextReaders::names,
                        folder -> (folder.endsWith("idx") ? Idx.open(folder) : Cifar.open100(folder)).classNames()));
    }

    private static List<Seed> recipes(Path folder) throws IOException {
        Files.writeString(folder.resolve("base.yaml"), "epochs: 3\n");
        List<Seed> seeds = new ArrayList<>(files(folder, "recipe", RECIPE, VARIANTS));
        String pair = Files.readString(Path.of("recipes/cifar100/resnet32x4-resnet8x4.yaml"));
        seeds.addAll(files(folder, "pair", pair + "  default: {extends: kd-deepkd}\n"));
        String quickstart = Files.readString(Path.of("recipes/quickstart.yaml"));
        seeds.addAll(files(folder, "quickstart", quickstart + "  default: {extends: deepkd}\n"));
        return seeds;
    }

    private static List<Seed> files(Path folder, String name, String... texts) {
        return Stream.of(texts)
                .map(text -> Seed.of(folder.resolve(name + text.length() + ".yaml"), text.getBytes(UTF_8)))
                .toList();
    }

    private static List<Seed> configuration(Path folder) {
        String text = Yaml.dump(RunConfig.DEFAULTS.toMap());
        return List.of(Seed.of(folder.resolve("config.yaml"), text.getBytes(UTF_8)));
    }

    private static void resume(Path folder) {
        new RunFolder(folder).requireSame(RunConfig.DEFAULTS);
    }

    private static List<Seed> names(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>(DataReaders.idx(folder));
        seeds.addAll(DataReaders.cifar100(folder));
        for (Seed seed : seeds) {
            seed.restore();
        }
        seeds.removeIf(seed -> !seed.file().toString().endsWith(".txt"));
        return seeds;
    }
}
