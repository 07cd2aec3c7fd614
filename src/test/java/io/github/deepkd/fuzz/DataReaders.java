package io.github.deepkd.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.deepkd.data.Cifar;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Fit;
import io.github.deepkd.data.Idx;
import io.github.deepkd.data.ImageFolder;
import io.github.deepkd.data.Original;
import io.github.deepkd.export.ExportedFiles;
import io.github.deepkd.export.Format;
import io.github.deepkd.export.Predictor;
import io.github.deepkd.export.Student;
import io.github.deepkd.image.Box;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Files of images. */
final class DataReaders {

    private static final List<String> PNG = List.of(
            "IHDR",
            "PLTE",
            "IDAT",
            "IEND",
            "tRNS",
            "iCCP",
            "zTXt",
            "iTXt",
            "gAMA",
            "\u0089PNG\r\n\u001a\n",
            "\u0000\u0000\u00ea`",
            "\u007f\u00ff\u00ff\u00ff",
            "\u00ff\u00ff\u00ff\u00ff",
            "BM",
            "GIF89a",
            "II*\u0000",
            "MM\u0000*");

    private static final List<String> JPEG = List.of(
            "\u00ff\u00d8",
            "\u00ff\u00d9",
            "\u00ff\u00da",
            "\u00ff\u00c0",
            "\u00ff\u00c2",
            "\u00ff\u00c4",
            "\u00ff\u00db",
            "\u00ff\u00dd",
            "\u00ff\u00e0\u0000\u0010JFIF",
            "\u00ff\u00e1\u0000\u0008Exif",
            "\u00ff\u00e2ICC_PROFILE\u0000",
            "\u00ff\u00eeAdobe",
            "\u00ea`",
            "\u00ff\u00ff",
            "\u00ff\u00d0",
            "\u0000\u0002");

    private static final List<String> CSV = List.of(
            ",",
            "\"",
            "\n",
            "\r\n",
            "\n\n",
            "path",
            "label",
            "split",
            "train",
            "test",
            "a.png",
            "../csv/a.png",
            "/",
            "\u0000",
            "\u001b[2J",
            "999999",
            "-1",
            "\u00ff",
            "\u00ef\u00bb\u00bf");

    private DataReaders() {}

    static List<FuzzedReader> all() {
        List<String> idx = List.of("\u0000\u0000\u0008\u0001", "\u0000\u0000\u0008\u0003", "\u001f\u008b\u0008");
        return List.of(
                FuzzedReader.ofFolder("idx", idx, DataReaders::idx, folder -> readAll(Idx.open(folder))),
                FuzzedReader.ofFolder("cifar", List.of(), DataReaders::cifar, DataReaders::readCifar),
                FuzzedReader.ofFile("png", PNG, DataReaders::pngs, DataReaders::readImage),
                FuzzedReader.ofFile("jpeg", JPEG, folder -> images(folder, ".jpg"), DataReaders::readImage),
                FuzzedReader.ofFile("predicted-image", JPEG, DataReaders::predicted, DataReaders::predict),
                FuzzedReader.ofFolder("csv", CSV, DataReaders::lists, DataReaders::readList));
    }

    private static void readAll(Dataset data) {
        data.hash();
        data.train().label(0);
    }

    static List<Seed> idx(Path folder) {
        Path idx = folder.resolve("idx");
        Seed.Wrap gz = DataReaders::gz;
        return List.of(
                Seed.of(idx.resolve("train-images-idx3-ubyte"), idx(0x803, 6, 5, 4)),
                Seed.of(idx.resolve("train-labels-idx1-ubyte"), idx(0x801, 6)),
                Seed.of(idx.resolve("t10k-images-idx3-ubyte.gz"), idx(0x803, 3, 5, 4))
                        .wrapped(gz),
                Seed.of(idx.resolve("t10k-labels-idx1-ubyte.gz"), gz(idx(0x801, 3))),
                Seed.of(idx.resolve("label_names.txt"), "cat\ndog\nice cream\n".getBytes(UTF_8)));
    }

    private static byte[] idx(int magic, int... sizes) {
        int values = IntStream.of(sizes).reduce(1, (a, b) -> a * b);
        ByteBuffer file = ByteBuffer.allocate(Integer.BYTES * (1 + sizes.length) + values);
        file.putInt(magic);
        IntStream.of(sizes).forEach(file::putInt);
        while (file.hasRemaining()) {
            file.put((byte) (file.position() % 3));
        }
        return file.array();
    }

    private static byte[] gz(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return packed.toByteArray();
    }

    private static List<Seed> cifar(Path folder) {
        List<Seed> seeds = new ArrayList<>(cifar100(folder));
        Path ten = folder.resolve("cifar10");
        for (String name : List.of("data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5")) {
            seeds.add(Seed.of(ten.resolve(name + ".bin"), records(1, 1)));
        }
        seeds.add(Seed.of(ten.resolve("test_batch.bin"), records(1, 2)));
        String names = IntStream.range(0, 10).mapToObj(i -> "class " + i + "\n").collect(Collectors.joining());
        seeds.add(Seed.of(ten.resolve("batches.meta.txt"), names.getBytes(UTF_8)));
        return seeds;
    }

    static List<Seed> cifar100(Path folder) {
        Path hundred = folder.resolve("cifar100");
        String names =
                IntStream.range(0, 100).mapToObj(i -> "class " + i + "\n").collect(Collectors.joining());
        return List.of(
                Seed.of(hundred.resolve("train.bin"), records(2, 3)),
                Seed.of(hundred.resolve("test.bin"), records(2, 1)),
                Seed.of(hundred.resolve("fine_label_names.txt"), names.getBytes(UTF_8)));
    }

    /** Images of noise that begin with small labels. */
    private static byte[] records(int labelBytes, int count) {
        int bytes = labelBytes + 3 * 32 * 32;
        byte[] file = new byte[count * bytes];
        new SplittableRandom(count).nextBytes(file);
        for (int i = 0; i < count; i++) {
            file[i * bytes + labelBytes - 1] = (byte) (i + 1);
        }
        return file;
    }

    private static void readCifar(Path folder) {
        readAll(folder.endsWith("cifar10") ? Cifar.open10(folder) : Cifar.open100(folder));
    }

    /** The files that Pillow wrote for EncodedTest, each in a data set of its own. */
    private static List<Seed> images(Path folder, String ending) throws IOException {
        Map<String, Seed> seeds = new LinkedHashMap<>();
        try (InputStream packed = Objects.requireNonNull(DataReaders.class.getResourceAsStream("/image/files.txt.gz"));
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(packed), US_ASCII))) {
            lines.lines().map(line -> line.split(" ")).forEach(parts -> {
                byte[] file = Base64.getDecoder().decode(parts[6]);
                Path path = folder.resolve(parts[0]).resolve("cat").resolve("image" + ending);
                seeds.put(parts[0], Seed.of(path, file));
            });
        }
        return seeds.entrySet().stream()
                .filter(named -> named.getKey().endsWith(ending))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Those of Pillow and some with palettes, sixteen bits and no colours. */
    private static List<Seed> pngs(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>(images(folder, ".png"));
        for (int type : new int[] {
            BufferedImage.TYPE_BYTE_INDEXED, BufferedImage.TYPE_USHORT_GRAY, BufferedImage.TYPE_BYTE_BINARY
        }) {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(9, 7, type), "png", file);
            seeds.add(Seed.of(folder.resolve("type-" + type).resolve("cat").resolve("image.png"), file.toByteArray()));
        }
        return seeds;
    }

    /** As evaluation and as training read it. */
    private static void readImage(Path file) {
        Path root = file.getParent().getParent();
        ImageFolder.open(root, Optional.empty()).train().original(0).plain();
        Original original =
                ImageFolder.open(root, Optional.of(new Fit(8, 8))).train().original(0);
        original.plain();
        original.resized(new Box(0, 0, original.height(), original.width()), false);
    }

    /** Images beside the student that is asked of them. */
    private static List<Seed> predicted(Path folder) throws IOException {
        ExportedFiles.resnet8(Format.SAFETENSORS, folder);
        List<Seed> seeds = new ArrayList<>(images(folder, ".jpg"));
        seeds.addAll(images(folder, ".png"));
        return seeds;
    }

    private static void predict(Path file) {
        Path folder = file.getParent().getParent().getParent();
        try (Student student = Student.open(folder.resolve("student.safetensors"), 1)) {
            Predictor.of(student, List.of(file), 2, false);
        }
    }

    /** Lists with names and splits, with numbers, and with a file that names the numbers. */
    private static List<Seed> lists(Path folder) throws IOException {
        List<Seed> seeds = new ArrayList<>();
        for (String kind : List.of("names", "numbers")) {
            Path root = Files.createDirectories(folder.resolve(kind));
            for (String name : List.of("a.png", "b.png")) {
                writeImage(root.resolve(name));
            }
        }
        String names = "path,label,split\na.png,zebra,train\n\"b.png\",ape,train\nb.png,zebra,test\n";
        String numbers = "label,path\n0,a.png\n2,b.png\n1,a.png\n";
        seeds.add(Seed.of(folder.resolve("names/list.csv"), names.getBytes(UTF_8)));
        seeds.add(Seed.of(folder.resolve("numbers/list.csv"), numbers.getBytes(UTF_8)));
        seeds.add(Seed.of(folder.resolve("numbers/list.classes.txt"), "zero\none\ntwo\n".getBytes(UTF_8)));
        return seeds;
    }

    static Path writeImage(Path file) throws IOException {
        ImageIO.write(new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        return file;
    }

    private static void readList(Path folder) {
        Dataset data = Datasets.open("csv", folder.resolve("list.csv"));
        data.train().label(0);
        data.test().read(0, new byte[data.shape().size()]);
        data.hash();
    }
}
