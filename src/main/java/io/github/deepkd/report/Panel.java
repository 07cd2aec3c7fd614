package io.github.deepkd.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.util.List;
import org.knowm.xchart.style.AxesChartStyler;

/** One set of axes in a {@link Picture}. */
interface Panel {

    /** Okabe and Ito's colours, told apart by the colour-blind as well; without their yellow, too pale for a line. */
    List<Color> COLOURS = List.of(
            new Color(0x0072B2), // blue
            new Color(0xD55E00), // vermillion
            new Color(0x009E73), // bluish green
            Color.BLACK,
            new Color(0xE69F00), // orange
            new Color(0x56B4E9), // sky blue
            new Color(0xCC79A7)); // reddish purple

    void paint(Graphics2D graphics, Rectangle place);

    /** The look that all panels share. */
    static void style(AxesChartStyler styler) {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 18);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartTitleFont(font);
        styler.setLegendFont(font);
        styler.setAxisTitleFont(font);
        styler.setAxisTickLabelsFont(font.deriveFont(16f));
        styler.setPlotGridLinesColor(new Color(0xDDDDDD));
        styler.setPlotBorderVisible(false);
        styler.setLegendBorderColor(new Color(0xDDDDDD));
        styler.setChartPadding(20);
        styler.setLegendBackgroundColor(new Color(255, 255, 255, 190)); // what lies below shows through
        styler.setXAxisTickMarkSpacingHint(60);
        styler.setYAxisTickMarkSpacingHint(60);
        styler.setYAxisTitleVisible(false);
        styler.setYAxisDecimalPattern("0.##");
    }
}
