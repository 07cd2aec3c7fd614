package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.config.Yaml;
import io.github.deepkd.train.RunConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that change settings of a run, or of several; each is short for a {@code --set}. */
class RunOptions {

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Change one setting, such as --set method.temperature=2 --set momenta=deepkd. Repeatable.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
    private @Nullable Integer epochs;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of one libtorch operation.")
    private @Nullable Integer threads;

    @Option(names = "--precision", paramLabel = "FORMAT", description = "float32 or bfloat16.")
    private @Nullable String precision;

    @Option(names = "--device", paramLabel = "DEVICE", description = "cpu; cuda is not there yet.")
    private @Nullable String device;

    @Option(
            names = "--gsnr-every",
            paramLabel = "STEPS",
            description = "How often to measure the gradients of each component: 400 by default, 0 for never.")
    private @Nullable Integer gsnrEvery;

    /** {@code config} with these flags laid over it, all at once: settings that only fit together may come in any order. */
    RunConfig over(RunConfig config) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        settings.forEach(setting -> merge(all, overlay(setting)));
        merge(all, flags());
        return RunConfig.BINDER.bind(config, all);
    }

    private static void merge(Map<String, @Nullable Object> into, Map<String, ? extends @Nullable Object> overlay) {
        overlay.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                Map<String, @Nullable Object> merged = asMap(into.get(key));
                inner.forEach((k, v) -> merge(merged, Collections.singletonMap(String.valueOf(k), v)));
                into.put(key, merged);
            } else {
                into.put(key, value);
            }
        });
    }

    /** A choice may be written by its kind alone: {@code momenta=deepkd} is {@code momenta={kind: deepkd}}. */
    private static Map<String, @Nullable Object> asMap(@Nullable Object value) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> already) {
            already.forEach((key, inner) -> map.put(String.valueOf(key), inner));
        } else if (value != null) {
            map.put("kind", value);
        }
        return map;
    }

    private static Map<String, @Nullable Object> overlay(String setting) {
        int equals = setting.indexOf('=');
        if (equals < 0) {
            throw new BadInput("--set " + setting + ": expected KEY=VALUE, such as --set epochs=10");
        }
        return Yaml.overlay(setting.substring(0, equals), Yaml.parseValue(setting.substring(equals + 1)));
    }

    /** These flags again, for the command line of another process. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        flags().forEach((flag, value) -> arguments.addAll(List.of("--" + flag, value.toString())));
        return arguments;
    }

    /** Setting to value, where one was given. */
    Map<String, Object> flags() {
        Map<String, Object> flags = new LinkedHashMap<>();
        put(flags, "epochs", epochs);
        put(flags, "threads", threads);
        put(flags, "precision", precision);
        put(flags, "device", device);
        put(flags, "gsnr-every", gsnrEvery);
        return flags;
    }

    static void put(Map<String, Object> flags, String key, @Nullable Object value) {
        if (value != null) {
            flags.put(key, value);
        }
    }
}
