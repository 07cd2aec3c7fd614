package io.github.deepkd.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.List;
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
        chart.getStyler().setYAxisDecimalPattern("0.###");
        for (LossSurface surface : surfaces) {
            Color colour = COLOURS.get(chart.getSeriesMap().size() % COLOURS.size());
            XYSeries series = chart.addSeries(surface.run(), surface.at(), surface.line());
            series.setLineColor(colour).setLineStyle(new BasicStroke(2.5f));
            series.setMarker(SeriesMarkers.NONE);
        }
    }

    @Override
    public void paint(Graphics2D graphics, Rectangle place) {
        Graphics2D inPlace = (Graphics2D) graphics.create(place.x, place.y, place.width, place.height);
        chart.paint(inPlace, place.width, place.height);
        inPlace.dispose();
    }
}
