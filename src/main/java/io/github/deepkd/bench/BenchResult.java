package io.github.deepkd.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.deepkd.data.Shape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was found. Times are in milliseconds, memory in bytes.
 *
 * @param backwardPasses in a step
 * @param gflopPerStep 10^9 floating-point operations of a step's convolutions and matrix products
 * @param secondsToFirstStep from the start of the JVM, networks and batch included
 * @param ceilings by number format
 */
public record BenchResult(
        Machine machine,
        Setting setting,
        int backwardPasses,
        double gflopPerStep,
        double secondsToFirstStep,
        List<Row> rows,
        Map<String, Ceiling> ceilings) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** What was timed. */
    public record Setting(
            @Nullable String teacher,
            String student,
            String method,
            String momenta,
            String mask,
            String precision,
            int batch,
            int classes,
            Shape image,
            int warmUp) {}

    /**
     * The measurement with one kind of batches.
     *
     * @param steps that count
     * @param samplesPerS of the median step
     * @param ceilingShare the median step's arithmetic speed over the ceiling of its number format
     * @param phasesMs by the phase's label; medians do not add up exactly, single steps do
     * @param peakBytes the most resident memory of the process so far; null where the system does not tell
     * @param residentGrowth bytes more in 1000 steps, by the later half of the steps; null for fewer than 2000 steps, in
     *     which Java's heap still fills
     * @param objectGrowth native objects, such as tensors, more in 1000 steps; what a step forgets to free shows here
     */
    public record Row(
            String batches,
            int steps,
            Quantiles stepMs,
            Map<String, Quantiles> phasesMs,
            double samplesPerS,
            double gflopPerS,
            double ceilingShare,
            @Nullable Long peakBytes,
            @Nullable Double residentGrowth,
            double objectGrowth) {}

    /** On one line. */
    public String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new AssertionError("records of numbers and texts are JSON", e);
        }
    }
}
