package io.github.deepkd.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.HeatMapStyler;

/** The loss on the plane of both directions, in bands of equal logarithm as on a map. */
final class PlanePanel implements Panel {

    /** Viridis: even steps to every eye, dark where the loss is low. */
    private static final Color[] VIRIDIS = {
        new Color(0x440154),
        new Color(0x414487),
        new Color(0x2A788E),
        new Color(0x22A884),
        new Color(0x7AD151),
        new Color(0xFDE725)
    };

    private static final int BANDS = 11; // XChart fails at two bands a colour and more

    private final HeatMapChart chart;

    /** @param least and {@code most}: what the ends of the colours stand for, as {@link SurfacePicture#height} has it */
    PlanePanel(LossSurface surface, double least, double most) {
        chart = new HeatMapChartBuilder()
                .title(surface.run() + ": log10 of the loss")
                .build();
        HeatMapStyler styler = chart.getStyler();
        Panel.style(styler);
        styler.setRangeColors(VIRIDIS);
        styler.setPiecewise(true);
        styler.setSplitNumber(BANDS);
        styler.setMin(least);
        styler.setMax(most > least ? most : least + 1);
        styler.setShowValue(false);
        styler.setDrawBorder(false);
        styler.setPlotContentSize(1);
        styler.setHeatMapValueDecimalPattern("0.00");
        styler.setXAxisMaxLabelCount(5);
        List<String> places =
                surface.at().stream().map(at -> Text.format("%.1f", at)).toList();
        chart.addSeries("loss", unlike(places), unlike(places), cells(surface.plane()));
    }

    /** XChart tells cells apart by their names, so that none may come twice. */
    private static List<String> unlike(List<String> names) {
        List<String> unlike = new ArrayList<>();
        for (String name : names) {
            unlike.add(unlike.contains(name) ? name + "\u200b".repeat(unlike.size()) : name);
        }
        return unlike;
    }

    private static List<Number[]> cells(List<List<Double>> plane) {
        List<Number[]> cells = new ArrayList<>();
        for (int y = 0; y < plane.size(); y++) {
            for (int x = 0; x < plane.get(y).size(); x++) {
                cells.add(new Number[] {x, y, SurfacePicture.height(plane.get(y).get(x))});
            }
        }
        return cells;
    }

    @Override
    public void paint(Graphics2D graphics, Rectangle place) {
        Graphics2D inPlace = (Graphics2D) graphics.create(place.x, place.y, place.width, place.height);
        chart.paint(inPlace, place.width, place.height);
        inPlace.dispose();
    }
}
