package io.github.deepkd.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/** Draws the loss around students: on the left along a line, then each one's plane, all in the same colours. */
public final class SurfacePicture {

    private SurfacePicture() {}

    /** Draws one or more, all with a plane or all without. */
    public static void draw(Path png, List<LossSurface> surfaces) {
        List<Panel> panels = new ArrayList<>();
        panels.add(new LinePanel(surfaces));
        DoubleSummaryStatistics range = surfaces.stream()
                .flatMap(surface -> surface.plane().stream())
                .flatMap(List::stream)
                .mapToDouble(SurfacePicture::height)
                .summaryStatistics();
        surfaces.stream()
                .filter(surface -> !surface.plane().isEmpty())
                .forEach(surface -> panels.add(new PlanePanel(surface, range.getMin(), range.getMax())));
        String title = "loss around the student, " + surfaces.get(0).samples() + " test images";
        String colours =
                Text.format("; colours: its log10 from %.2f (dark) to %.2f (bright)", range.getMin(), range.getMax());
        Picture.write(png, panels.size() == 1 ? title : title + colours, panels);
    }

    /** What a colour stands for: the loss' logarithm, for it grows by powers. A loss that is no number is drawn as huge. */
    static double height(double loss) {
        double huge = 1e4;
        return Math.log10(Math.max(1e-6, Double.isFinite(loss) ? Math.min(loss, huge) : huge));
    }
}
