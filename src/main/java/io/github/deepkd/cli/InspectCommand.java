package io.github.deepkd.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.deepkd.interop.Inspection;
import io.github.deepkd.interop.Likeness;
import io.github.deepkd.report.TextTable;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deepkd inspect FILE}. */
@Command(
        name = "inspect",
        description = "Tells what a file of weights is: format, tensors, likely architecture and classes, metadata.",
        footerHeading = "%nExamples:%n",
        footer = {"  deepkd inspect resnet56.pt", "  deepkd inspect model.onnx --json"})
final class InspectCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(
            paramLabel = "FILE",
            description = "safetensors or its index, a PyTorch checkpoint, a TorchScript module or an ONNX model.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        Inspection found = Inspection.of(file);
        System.out.print(json ? JSON.writeValueAsString(asMap(found)) + "\n" : text(found));
        return 0;
    }

    private static String text(Inspection found) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %s, %,d tensors of %,d values%n",
                found.file(),
                found.kind().about(),
                found.tensors().size(),
                found.values()));
        text.append(looks(found)).append('\n');
        found.signature()
                .forEach((key, value) ->
                        text.append(key).append(": ").append(value).append('\n'));
        found.metadata()
                .forEach((key, value) ->
                        text.append(key).append(": ").append(oneLine(value)).append('\n'));
        if (!found.tensors().isEmpty()) {
            TextTable table = new TextTable("tensor", "type", "shape");
            found.tensors().forEach(tensor -> table.row(tensor.name(), tensor.type(), tensor.shape()));
            text.append('\n').append(table);
        }
        return text.toString();
    }

    private static String looks(Inspection found) {
        String classes =
                found.classes() == 0 ? "" : "; its last matrix has " + found.classes() + " rows, which may be classes";
        return found.likeness()
                .map(InspectCommand::looks)
                .orElse("it looks like no architecture of 'deepkd list models'" + classes);
    }

    private static String looks(Likeness likeness) {
        return String.format(
                Locale.ROOT,
                "%s, for images of %d channels (%.0f %% of names and shapes agree)",
                likeness,
                likeness.channels(),
                Math.floor(100 * likeness.share()));
    }

    private static String oneLine(String value) {
        String line = value.replaceAll("\\s+", " ");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }

    private static Map<String, Object> asMap(Inspection found) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("file", found.file().toString().replace(File.separatorChar, '/'));
        map.put("format", found.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        map.put("values", found.values());
        found.likeness().ifPresent(likeness -> {
            map.put("model", likeness.model());
            map.put("exact", likeness.isExact());
            map.put("agreement", likeness.share());
            map.put("channels", likeness.channels());
        });
        map.put("classes", found.classes());
        map.put("metadata", found.metadata());
        map.put("signature", found.signature());
        map.put("tensors", found.tensors());
        return map;
    }
}
