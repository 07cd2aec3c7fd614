package io.github.deepkd.service;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A student that {@code deepkd export --to onnx} wrote. Safe for any number of threads at once. */
final class Student implements AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final Pixels pixels;
    private final List<String> classNames;

    /** How likely a class is, from 0 to 1. */
    record Guess(String name, double probability) {}

    Student(Path file) throws OrtException, JsonProcessingException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1); // the requests share the cores
            session = environment.createSession(file.toString(), options);
        }
        Map<String, String> metadata = session.getMetadata().getCustomMetadata();
        pixels = new Pixels(metadata);
        classNames = new ObjectMapper().readValue(metadata.get("class_names"), new TypeReference<List<String>>() {});
    }

    /** The likeliest classes, the likeliest first. */
    List<Guess> classify(BufferedImage image, int top) throws OrtException {
        FloatBuffer values = pixels.of(image);
        try (OnnxTensor input = OnnxTensor.createTensor(environment, values, pixels.shape());
                OrtSession.Result output = session.run(Map.of("images", input))) {
            float[] logits = ((float[][]) output.get(0).getValue())[0];
            return likeliest(softmax(logits), top);
        }
    }

    private List<Guess> likeliest(double[] probabilities, int top) {
        List<Guess> guesses = new ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            guesses.add(new Guess(classNames.get(i), probabilities[i]));
        }
        guesses.sort(Comparator.comparingDouble(Guess::probability).reversed());
        return guesses.subList(0, Math.min(top, guesses.size()));
    }

    private static double[] softmax(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double[] shares = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = Math.exp(logits[i] - largest);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
