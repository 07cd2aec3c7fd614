package io.github.deepkd.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/**
 * The names that different programs give to one tensor. torchvision, timm and mdistiller call a residual network's
 * shortcut {@code downsample} or {@code shortcut}, its classifier {@code fc}, {@code linear}, {@code head.fc} …; wrappers
 * put a module's name, such as {@code backbone.}, before all of them.
 */
public final class KeyNames {

    private static final Pattern CLASSIFIER =
            Pattern.compile("(linear|classifier|last_linear|head\\.fc|head)\\.(weight|bias)");
    private static final Pattern SHORTCUT = Pattern.compile("(^|\\.)shortcut\\.");

    private KeyNames() {}

    /**
     * The file with its tensors under the model's names, as far as they can be told; others keep theirs. Nothing is
     * renamed where that would leave doubt.
     */
    static WeightFile asOf(Set<String> model, WeightFile from) {
        Map<String, String> ours = canonical(model);
        String prefix = commonPrefix(from.tensors().keySet());
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        from.tensors().forEach((name, tensor) -> {
            String canonical = canonical(name.substring(prefix.length()));
            renamed.put(model.contains(name) ? name : ours.getOrDefault(canonical, name), tensor);
        });
        boolean unique = renamed.size() == from.tensors().size() && ours.size() == model.size();
        return unique ? new WeightFile(from.file(), renamed, from.metadata()) : from;
    }

    /** What every program means by a name, to the name; without the modules that all names begin with. */
    public static Map<String, String> canonical(Set<String> model) {
        String prefix = commonPrefix(model);
        Map<String, String> names = new LinkedHashMap<>();
        model.forEach(name -> names.put(canonical(name.substring(prefix.length())), name));
        return names;
    }

    static String canonical(String name) {
        String shortcuts = SHORTCUT.matcher(name).replaceAll("$1downsample.");
        return CLASSIFIER.matcher(shortcuts).matches() ? "fc" + name.substring(name.lastIndexOf('.')) : shortcuts;
    }

    /** The modules that every name begins with, each with its dot; empty where there are none. */
    static String commonPrefix(Set<String> names) {
        String common = names.stream().reduce(KeyNames::commonPrefix).orElse("");
        return common.substring(0, common.lastIndexOf('.') + 1);
    }

    private static String commonPrefix(String a, String b) {
        int same = 0;
        while (same < Math.min(a.length(), b.length()) && a.charAt(same) == b.charAt(same)) {
            same++;
        }
        return a.substring(0, same);
    }
}
