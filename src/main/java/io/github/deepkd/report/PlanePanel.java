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
        chart = new HeatMapChartBuilder().title(surface.run()).build();
        HeatMapStyler styler = chart.getStyler();
        Panel.style(styler);
        styler.setRangeColors(VIRIDIS);
        styler.setPiecewise(true);
        styler.setSplitNumber(BANDS);
        styler.setMin(least);
        styler.setMax(most > least ? most : least + 1);
        styler.setShowValue(false);
        styler.setDrawBorder(false);
        styler.setPlotContentSize(0.95); // at 1 the cells cover the axis' numbers
        styler.setLegendVisible(false); // the picture's title has the range
        styler.setPlotGridLinesVisible(false);
        chart.addSeries("loss", names(surface.at()), names(surface.at()), cells(surface.plane()));
    }

    /** Of the ends, the student in the middle and halfway to it; the rest have blank names, no two alike. */
    private static List<String> names(List<Double> at) {
        int half = at.size() / 2;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < at.size(); i++) {
            boolean named = i % half == 0 || (half % 2 == 0 && i % (half / 2) == 0);
            names.add(named ? Text.format("%.2f", at.get(i)) : "\u200b".repeat(i));
        }
        return names;
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
