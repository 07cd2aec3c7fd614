package io.github.deepkd.probe;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.BadInput;
import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Fit;
import io.github.deepkd.data.ImageSet;
import io.github.deepkd.data.Shape;
import io.github.deepkd.page.Examples;
import io.github.deepkd.page.RunHistory;
import io.github.deepkd.train.RunConfig;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** Test images of runs as PNG within a page; opens each run's data once, where it is asked for any. */
public final class TestImages implements Examples {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<JsonNode, ImageSet> opened = new HashMap<>();

    /** @throws BadInput where the run's data is not where it was */
    @Override
    public List<String> of(RunHistory run, List<Integer> places) {
        ImageSet images =
                opened.computeIfAbsent(run.started().path("configuration").path("data"), data -> open(run)
                        .test());
        return places.stream()
                .filter(place -> place >= 0 && place < images.size())
                .map(place -> address(images, place))
                .toList();
    }

    private static Dataset open(RunHistory run) {
        Map<String, @Nullable Object> settings =
                JSON.convertValue(run.started().path("configuration"), new TypeReference<>() {});
        try {
            RunConfig.Data data =
                    RunConfig.BINDER.bind(RunConfig.DEFAULTS, settings).data();
            return Datasets.open(data.kind(), data.directory(), Fit.of(data.size(), data.resize()));
        } catch (BadInput e) {
            throw new BadInput("the images of " + run.name() + ": " + e.getMessage() + "; or leave --images out", e);
        }
    }

    private static String address(ImageSet images, int place) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image(images, place), "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
    }

    /** Of one channel three alike are made. */
    private static BufferedImage image(ImageSet images, int place) {
        Shape shape = images.shape();
        byte[] planar = new byte[shape.size()];
        images.read(place, planar);
        int plane = shape.height() * shape.width();
        BufferedImage image = new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_INT_RGB);
        for (int p = 0; p < plane; p++) {
            int rgb = 0;
            for (int c = 0; c < 3; c++) {
                rgb = rgb << 8 | Byte.toUnsignedInt(planar[Math.min(c, shape.channels() - 1) * plane + p]);
            }
            image.setRGB(p % shape.width(), p / shape.width(), rgb);
        }
        return image;
    }
}
