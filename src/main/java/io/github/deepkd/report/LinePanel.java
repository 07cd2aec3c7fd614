package io.github.deepkd.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.List;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The loss along the first direction, a line a student. */
final class LinePanel implements Panel {

    private final XYChart chart;

    LinePanel(List<LossSurface> surfaces) {
        chart = new XYChartBuilder()
                .title("along one direction")
                .xAxisTitle("filter lengths from the student")
                .build();
        Panel.style(chart.getStyler());
        chart.getStyler().setLegendPosition(LegendPosition.InsideN);
        chart.getStyler().setLegendVisible(surfaces.size() > 1);
        chart.getStyler().setYAxisLogarithmic(true); // a loss of 0.3 and one of 80 in one picture
        chart.getStyler().setXAxisDecimalPattern("0.0#");
        chart.getStyler().setYAxisDecimalPattern("0.###");
        for (LossSurface surface : surfaces) {
            Color colour = COLOURS.get(chart.getSeriesMap().size() % COLOURS.size());
            XYSeries series = chart.addSeries(surface.run(), afterGap(surface.at()), afterGap(surface));
            series.setLineColor(colour).setLineStyle(new BasicStroke(2.5f));
            series.setMarker(SeriesMarkers.NONE);
        }
    }

    /** A point that is not drawn comes first, as in {@link CurvePanel}: evenly spaced x would have ticks at any of them. */
    private static List<Double> afterGap(List<Double> at) {
        double gap = at.get(0) + 0.4 * (at.get(1) - at.get(0));
        return Stream.concat(Stream.of(gap), at.stream()).toList();
    }

    /** Where the loss is no number nothing is drawn. */
    private static List<Double> afterGap(LossSurface surface) {
        return Stream.concat(Stream.of(Double.NaN), surface.line().stream())
                .map(loss -> Double.isFinite(loss) && loss > 0 ? loss : Double.NaN)
                .toList();
    }

    @Override
    public void paint(Graphics2D graphics, Rectangle place) {
        Graphics2D inPlace = (Graphics2D) graphics.create(place.x, place.y, place.width, place.height);
        chart.paint(inPlace, place.width, place.height);
        inPlace.dispose();
    }
}
