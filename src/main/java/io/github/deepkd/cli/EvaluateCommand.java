package io.github.deepkd.cli;

import io.github.deepkd.data.Dataset;
import io.github.deepkd.data.Datasets;
import io.github.deepkd.data.Fit;
import io.github.deepkd.data.Normalization;
import io.github.deepkd.models.Model;
import io.github.deepkd.tensor.Precision;
import io.github.deepkd.tensor.TensorScope;
import io.github.deepkd.train.Evaluator;
import io.github.deepkd.train.Evaluator.Accuracy;
import io.github.deepkd.train.Networks;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code deepkd evaluate}. */
@Command(
        name = "evaluate",
        description = "Measures a model's accuracy on the test images of a data set.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  deepkd evaluate --model resnet56 --weights resnet56.pt --data cifar100:cifar-100-binary",
            "  deepkd evaluate --weights densenet.torchscript.pt --data cifar100:cifar-100-binary",
            "  deepkd evaluate --model resnet8 --weights runs/first/student.safetensors --data sample --json"
        })
final class EvaluateCommand implements Callable<Integer> {

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = "See 'deepkd list models'; not needed for TorchScript modules and ONNX models.")
    private @Nullable String modelName;

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "FILE",
            description = "safetensors, PyTorch, TorchScript or ONNX.")
    private String weights = "";

    @Option(names = "--data", required = true, paramLabel = "KIND:DIR", description = "See 'deepkd list datasets'.")
    private String dataName = "";

    @Option(names = "--size", paramLabel = "N", description = "Resize and crop a folder's images to N x N.")
    private @Nullable Integer size;

    @Option(
            names = "--mean",
            split = ",",
            paramLabel = "M",
            description = "What to normalise with, a number for each channel; the data kind's own by default.")
    private List<Double> mean = List.of();

    @Option(names = "--std", split = ",", paramLabel = "S", description = "Goes with --mean.")
    private List<Double> std = List.of();

    @Option(
            names = "--json",
            description = "Print one JSON object: top1 and top5 in percent, count, images_per_second.")
    private boolean json;

    @Override
    public Integer call() {
        Dataset data = Datasets.open(dataName, Fit.of(size, null));
        try (TensorScope run = TensorScope.open()) {
            Model model = Networks.trained(modelName, weights, data, Precision.FLOAT32);
            int threads = Runtime.getRuntime().availableProcessors();
            Evaluator evaluator = new Evaluator(data.test(), normalization(), threads);
            long started = System.nanoTime();
            Accuracy accuracy = evaluator.of(model);
            print(accuracy, accuracy.count() / ((System.nanoTime() - started) / 1e9));
        }
        return 0;
    }

    private Normalization normalization() {
        if (mean.isEmpty() && std.isEmpty()) {
            return Datasets.normalization(Datasets.kindOf(dataName));
        }
        return new Normalization(mean, std);
    }

    /** @param imagesPerSecond with reading and decoding */
    private void print(Accuracy accuracy, double imagesPerSecond) {
        String format = json
                ? "{\"top1\":%.4f,\"top5\":%.4f,\"count\":%d,\"images_per_second\":%.1f}%n"
                : "top-1 %.2f %%, top-5 %.2f %% of %,d test images; %,.0f images/s%n";
        System.out.printf(Locale.ROOT, format, accuracy.top1(), accuracy.top5(), accuracy.count(), imagesPerSecond);
    }
}
