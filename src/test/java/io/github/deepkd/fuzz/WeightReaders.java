package io.github.deepkd.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.deepkd.weights.Safetensors;
import io.github.deepkd.weights.WeightFile;
import io.github.deepkd.weights.WeightFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.bytedeco.pytorch.Tensor;

/** Files of weights, those that PyTorch and safetensors wrote for the tests of {@code weights} (see make.py there). */
final class WeightReaders {

    private static final List<String> SAFETENSORS = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "null",
            "[0,0]",
            "\"F32\"",
            "\"BOOL\"",
            "\"dtype\":",
            "\"shape\":",
            "\"data_offsets\":",
            "\"__metadata__\":{\"a\":\"b\"},",
            "[0,9223372036854775807,9223372036854775807]",
            "[0,1e3]",
            "\\u001b",
            "\"a\":{\"dtype\":\"F32\",\"shape\":[0,4611686018427387904,4],\"data_offsets\":[0,0]},");

    private static final List<String> ZIP = List.of(
            "PK\u0003\u0004",
            "PK\u0001\u0002",
            "PK\u0005\u0006",
            "PK\u0006\u0006",
            "PK\u0006\u0007",
            "../",
            "/data.pkl",
            "/data/0",
            "byteorder",
            "constants.pkl",
            "code/",
            "\u0001\u0000\u0018\u0000");

    /** Instructions of a pickle, with and without what they need. */
    private static final List<String> PICKLE = List.of(
            "cos\nsystem\n",
            "cbuiltins\neval\n",
            "ccollections\nOrderedDict\n",
            "ctorch._utils\n_rebuild_tensor_v2\n",
            "ctorch\nFloatStorage\n",
            "ctorch\nSize\n",
            "(",
            ")",
            "]",
            "}",
            "t",
            "\u0085",
            "R",
            "b",
            "Q",
            "0",
            "2",
            "a",
            "e",
            "s",
            "u",
            "N",
            "\u0088",
            "q\u0000",
            "h\u0000",
            "\u0094",
            "\u0093",
            "\u0081",
            "J\u00ff\u00ff\u00ff\u007f",
            "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
            "X\u00ff\u00ff\u00ff\u007f",
            "\u008b\u00ff\u00ff\u00ff\u007f",
            "\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
            ".");

    private static final List<String> INDEX = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "null",
            "\"weight_map\":{},",
            "\"weight_map\":null,",
            "\"metadata\":null,",
            "\"metadata\":[],",
            "\"../model-1.safetensors\"",
            "\"model-2.safetensors\"",
            "\"a\":null,",
            "\\u001b",
            "\\u0000");

    private WeightReaders() {}

    static List<FuzzedReader> all() {
        return List.of(
                FuzzedReader.ofFile("safetensors", SAFETENSORS, WeightReaders::safetensors, WeightReaders::read),
                FuzzedReader.ofFile("pytorch-zip", ZIP, WeightReaders::zips, WeightReaders::read),
                FuzzedReader.ofFile("pytorch-pickle", PICKLE, WeightReaders::pickles, WeightReaders::read),
                FuzzedReader.ofFile("pytorch-legacy", PICKLE, WeightReaders::legacy, WeightReaders::read),
                FuzzedReader.ofFolder(
                        "safetensors-index",
                        INDEX,
                        WeightReaders::shards,
                        folder -> read(folder.resolve("model.safetensors.index.json"))));
    }

    private static void read(Path file) {
        WeightFile read = WeightFiles.read(file);
        for (Tensor tensor : read.tensors().values()) {
            tensor.sum().close(); // looks at every element
        }
    }

    private static List<Seed> safetensors(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (String name : List.of("types.safetensors", "tiny.safetensors")) {
            byte[] whole = resource(name);
            seeds.add(Seed.of(folder.resolve(name), whole));
            seeds.add(headerOnly(folder.resolve("header-of-" + name), whole));
        }
        return seeds;
    }

    /** The JSON is mutated, its length and the data stay right. */
    static Seed headerOnly(Path file, byte[] whole) {
        ByteBuffer content = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        int end = Long.BYTES + (int) content.getLong();
        byte[] data = Arrays.copyOfRange(whole, end, whole.length);
        return Seed.of(file, Arrays.copyOfRange(whole, Long.BYTES, end))
                .wrapped(json -> ByteBuffer.allocate(Long.BYTES + json.length + data.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .put(data)
                        .array());
    }

    private static List<Seed> zips(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (String name : List.of("tiny.pt", "types.pt", "strided.pt", "training.pt")) {
            seeds.add(Seed.of(folder.resolve(name), resource(name)));
        }
        for (String name : List.of("torchscript.pt", "whole-model.pt")) {
            seeds.add(Seed.of(folder.resolve(name), resource(name)).refused());
        }
        return seeds;
    }

    private static List<Seed> pickles(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (String name : List.of("tiny.pt", "types.pt", "strided.pt", "training.pt", "training-protocol4.pt")) {
            Map<String, byte[]> entries = unzipped(path(name));
            String pickle = entries.keySet().stream()
                    .filter(entry -> entry.endsWith("/data.pkl"))
                    .findFirst()
                    .orElseThrow();
            Seed seed = Seed.of(folder.resolve(name), Objects.requireNonNull(entries.get(pickle)));
            seeds.add(seed.wrapped(mutated -> {
                Map<String, byte[]> changed = new LinkedHashMap<>(entries);
                changed.put(pickle, mutated);
                return zipped(changed);
            }));
        }
        return seeds;
    }

    private static List<Seed> legacy(Path folder) throws IOException {
        return List.of(Seed.of(folder.resolve("legacy.pt"), resource("legacy.pt")));
    }

    /** Two files and their index, of which each may be damaged. */
    private static List<Seed> shards(Path folder) throws IOException {
        Path index = folder.resolve("model.safetensors.index.json");
        List<Seed> seeds = new ArrayList<>();
        Map<String, String> places = new LinkedHashMap<>();
        for (String name : List.of("types.safetensors", "tiny.safetensors")) {
            Path shard = Files.write(folder.resolve(name), resource(name));
            Safetensors.read(shard).tensors().keySet().forEach(tensor -> places.put(tensor, name));
            seeds.add(Seed.of(shard));
        }
        String map = places.entrySet().stream()
                .map(place -> "\"" + place.getKey() + "\": \"" + place.getValue() + "\"")
                .collect(Collectors.joining(", ", "{", "}"));
        String json = "{\"metadata\": {\"total_size\": 24, \"format\": \"pt\"}, \"weight_map\": " + map + "}\n";
        Seed text = Seed.of(index, json.getBytes(UTF_8));
        seeds.addAll(List.of(text, text, text));
        return seeds;
    }

    static Map<String, byte[]> unzipped(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    /** Stored, as PyTorch does. */
    static byte[] zipped(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> named : entries.entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(named.getValue());
                ZipEntry entry = new ZipEntry(named.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(named.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(named.getValue());
            }
        }
        return file.toByteArray();
    }

    private static byte[] resource(String name) throws IOException {
        return Files.readAllBytes(path(name));
    }

    private static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(WeightReaders.class.getResource("/weights/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
