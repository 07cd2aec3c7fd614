package io.github.deepkd.report;

import io.github.deepkd.report.RunEvent.EpochDone;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One set of axes, epochs along x. */
final class CurvePanel implements Panel {

    /** More points than this make a line by themselves. */
    private static final int MAX_MARKED_POINTS = 30;

    private final XYChart chart;

    /** @param legend where the curves are expected to leave room */
    CurvePanel(String title, LegendPosition legend) {
        chart = new XYChartBuilder().title(title).xAxisTitle("epoch").build();
        Panel.style(chart.getStyler());
        chart.getStyler().setXAxisDecimalPattern("0");
        chart.getStyler().setLegendPosition(legend);
    }

    /** Adds a line through the epochs' finite values; none where there are none. */
    CurvePanel add(String name, List<EpochDone> epochs, ToDoubleFunction<EpochDone> value) {
        List<EpochDone> drawn = epochs.stream()
                .filter(epoch -> Double.isFinite(value.applyAsDouble(epoch)))
                .toList();
        if (!drawn.isEmpty()) {
            Color colour = COLOURS.get(chart.getSeriesMap().size() % COLOURS.size());
            XYSeries series =
                    chart.addSeries(name, afterGap(0.5, drawn, EpochDone::epoch), afterGap(Double.NaN, drawn, value));
            series.setLineColor(colour).setLineStyle(new BasicStroke(2.5f));
            series.setMarkerColor(colour)
                    .setMarker(drawn.size() > MAX_MARKED_POINTS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
        }
        return this;
    }

    /** A point that is not drawn comes first: XChart puts ticks on any multiple (11, 22 …) when x is evenly spaced. */
    private static double[] afterGap(double gap, List<EpochDone> epochs, ToDoubleFunction<EpochDone> value) {
        return DoubleStream.concat(DoubleStream.of(gap), epochs.stream().mapToDouble(value))
                .toArray();
    }

    @Override
    public void paint(Graphics2D graphics, Rectangle place) {
        if (!chart.getSeriesMap().isEmpty()) {
            range(chart.getStyler());
        }
        chart.getStyler().setLegendVisible(chart.getSeriesMap().size() > 1);
        Graphics2D inPlace = (Graphics2D) graphics.create(place.x, place.y, place.width, place.height);
        chart.paint(inPlace, place.width, place.height);
        inPlace.dispose();
    }

    /** Axes with some length even for a single point. */
    private void range(XYStyler styler) {
        double last = Arrays.stream(all(XYSeries::getXData)).max().orElseThrow();
        DoubleSummaryStatistics values = Arrays.stream(all(XYSeries::getYData)).summaryStatistics();
        double margin = values.getMax() > values.getMin() ? 0 : 1;
        styler.setXAxisMin(0.0);
        styler.setXAxisMax(Math.max(2, last));
        styler.setYAxisMin(values.getMin() - margin);
        styler.setYAxisMax(values.getMax() + margin);
    }

    private double[] all(Function<XYSeries, double[]> data) {
        return chart.getSeriesMap().values().stream()
                .flatMapToDouble(series -> Arrays.stream(data.apply(series)).skip(1))
                .toArray();
    }
}
