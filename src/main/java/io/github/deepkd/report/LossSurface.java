package io.github.deepkd.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * The loss around a student's weights, on a line and a plane through them along random directions whose filters are as
 * long as the student's (Li et al. 2018, arXiv 1712.09913). Batch norm is in evaluation mode.
 *
 * @param samples test images, as many of each class as can be
 * @param loss mean cross-entropy at the student itself
 * @param at places along a direction, 0 being the student and 1 its filters' own length away
 * @param line loss along the first direction
 * @param lineTop1 accuracy there, in percent
 * @param plane loss; a row a place along the second direction, in it the places along the first; none where not asked for
 */
public record LossSurface(
        String run,
        long seed,
        int samples,
        double loss,
        double top1,
        List<Double> at,
        List<Double> line,
        List<Double> lineTop1,
        List<List<Double>> plane,
        Sharpness sharpness) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /**
     * The Hessian's eigenvalue of largest magnitude, of the same loss on the same images, in float64. By power iteration;
     * the Hessian times a vector by central differences of gradients.
     *
     * @param change of the eigenvalue in the last iteration, relative
     * @param converged whether that was little enough; else it is no more than a lower bound of the magnitude
     */
    public record Sharpness(double largestEigenvalue, int iterations, double change, boolean converged) {}

    /** One JSON array over several lines. */
    public static String json(List<LossSurface> surfaces) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(surfaces) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
