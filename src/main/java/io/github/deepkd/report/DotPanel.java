package io.github.deepkd.report;

import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Variants along x; above each a dot for every run, in the order of the seeds, then their mean with its interval. */
final class DotPanel implements Panel {

    /** Characters of variants' names that fit side by side. */
    private static final int LEVEL_NAMES = 40;

    private final CategoryChart chart;
    private final List<String> variants;
    private final DoubleSummaryStatistics drawn = new DoubleSummaryStatistics();

    DotPanel(String title, List<String> variants) {
        this.variants = variants;
        chart = new CategoryChartBuilder().title(title).build();
        Panel.style(chart.getStyler());
        style(chart.getStyler());
    }

    private void style(CategoryStyler styler) {
        styler.setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
        styler.setAvailableSpaceFill(0.6);
        styler.setMarkerSize(10);
        styler.setErrorBarsColorSeriesColor(true);
        styler.setLegendPosition(LegendPosition.OutsideS);
        styler.setLegendLayout(LegendLayout.Horizontal);
        styler.setLegendPadding(12);
        styler.setXAxisLabelRotation(String.join("", variants).length() > LEVEL_NAMES ? 20 : 0);
    }

    /** A line to hold the dots against. */
    DotPanel line(double value) {
        chart.addAnnotation(new AnnotationLine(value, false, false));
        drawn.accept(value);
        return this;
    }

    /** One seed's runs; no dot for a variant that has none. */
    DotPanel dots(long seed, Function<String, @Nullable Double> value) {
        boolean first = chart.getSeriesMap().isEmpty();
        CategorySeries dots = chart.addSeries("seed " + seed, variants, ofVariants(value));
        dots.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(COLOURS.get(0));
        dots.setLabel("a run, by seed").setShowInLegend(first);
        return this;
    }

    /** Every variant's mean, with the 95 % interval where there is one; none where no variant has two runs. */
    DotPanel means(Map<String, Spread> spreads) {
        if (spreads.values().stream().allMatch(spread -> spread.n() < 2)) {
            return this;
        }
        List<@Nullable Double> means = ofVariants(variant -> mean(spreads.get(variant)));
        List<Double> margins =
                variants.stream().map(variant -> margin(spreads.get(variant))).toList();
        CategorySeries series = chart.addSeries("mean, 95 % interval", variants, means, margins);
        series.setMarker(SeriesMarkers.DIAMOND).setMarkerColor(COLOURS.get(1));
        series.setLineColor(COLOURS.get(1)).setLineWidth(2.5f);
        spreads.values().forEach(spread -> {
            drawn.accept(spread.low());
            drawn.accept(spread.high());
        });
        return this;
    }

    private static @Nullable Double mean(@Nullable Spread spread) {
        return spread == null ? null : spread.mean();
    }

    /** XChart takes no null here; it draws no error bar of NaN. */
    private static double margin(@Nullable Spread spread) {
        return spread == null || spread.margin() == null ? Double.NaN : spread.margin();
    }

    private List<@Nullable Double> ofVariants(Function<String, @Nullable Double> value) {
        List<@Nullable Double> values = new ArrayList<>();
        for (String variant : variants) {
            Double each = value.apply(variant);
            values.add(each);
            if (each != null) {
                drawn.accept(each);
            }
        }
        return values;
    }

    @Override
    public void paint(Graphics2D graphics, Rectangle place) {
        double room = drawn.getMax() > drawn.getMin() ? 0.05 * (drawn.getMax() - drawn.getMin()) : 1;
        chart.getStyler().setYAxisMin(drawn.getMin() - room);
        chart.getStyler().setYAxisMax(drawn.getMax() + room);
        Graphics2D inPlace = (Graphics2D) graphics.create(place.x, place.y, place.width, place.height);
        chart.paint(inPlace, place.width, place.height);
        inPlace.dispose();
    }
}
