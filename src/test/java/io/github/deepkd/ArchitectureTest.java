package io.github.deepkd;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.jspecify.annotations.NullMarked;

/** The walls between the rooms: which package may use which. */
@AnalyzeClasses(packages = "io.github.deepkd", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String ROOT = "io.github.deepkd";

    /** Every room and the rooms it may use; the root package is open to all and uses none. */
    private static final Map<String, List<String>> ROOMS = new LinkedHashMap<>();

    static {
        room("files");
        room("config", "files");
        room("tensor");
        room("weights", "tensor", "files");
        room("image");
        room("data", "image", "files");
        room("nn", "tensor", "weights");
        room("models", "nn", "tensor", "data");
        room("interop", "models", "nn", "tensor", "weights", "data");
        room("schedule");
        room("loss", "tensor", "schedule");
        room("optim", "loss", "tensor", "schedule");
        room("distiller", "loss", "tensor", "schedule");
        room("answers", "files");
        room("teacher", "answers", "models", "nn", "tensor", "weights", "data");
        room("report", "files");
        room("measure", "loss", "optim", "tensor", "report");
        room("train", allSoFar());
        room("bench", allSoFar());
        room("export", allSoFar());
        room("page", "report", "config");
        room("serve", "page", "report");
        room("probe", "config", "export", "page", "train", "models", "nn", "loss", "data", "tensor", "report", "files");
        room("mdistiller", "config", "loss", "optim", "distiller", "models", "train", "report");
        room("cli", allSoFar());
        room("api", allSoFar());
    }

    @ArchTest
    static final ArchRule eachRoomUsesOnlyTheRoomsOfItsRow = layers();

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule modelsKnowOfDataOnlyTheShape = noClasses()
            .that()
            .resideInAPackage(ROOT + ".models..")
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".data..").and(not(simpleName("Shape"))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTensorWeightsAndImageKnowBytedecoBeyondTheTensor = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".tensor..", ROOT + ".weights..", ROOT + ".image..")
            .should()
            .dependOnClassesThat(describe("are of bytedeco beyond the tensor", ArchitectureTest::isBeyondTheTensor))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheCommandLineEndsTheProcessOrLogs = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".cli..")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheRoomThatServesListensOnTheNetwork = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".serve..")
            .should()
            .dependOnClassesThat(describe("listen on the network", ArchitectureTest::listens));

    /** A clock that is set back changes when events were told and what a new run's folder is called, and nothing else. */
    @ArchTest
    static final ArchRule nothingButEventsNamesAndTheStartOfAProcessAsksTheClockOnTheWall = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + ".report.JsonLines")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + ".report.TensorBoard")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + ".cli.TrainCommand")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + ".bench.TimedRun")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat(resideInAPackage("java.time..")
                    .and(not(simpleName("Duration")))
                    .or(simpleName("FileTime")));

    private static boolean listens(JavaClass type) {
        return type.isAssignableTo(ServerSocket.class)
                || type.isAssignableTo(ServerSocketChannel.class)
                || type.isAssignableTo(AsynchronousServerSocketChannel.class)
                || type.isAssignableTo(DatagramSocket.class)
                || type.getPackageName().startsWith("com.sun.net.httpserver");
    }

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass type : classes) {
            JavaPackage room = type.getPackage();
            if (room.tryGetPackageInfo()
                    .filter(info -> info.isAnnotatedWith(NullMarked.class))
                    .isEmpty()) {
                unmarked.add(room.getName());
            }
        }
        assertThat(unmarked)
                .as("packages without a package-info.java that says @NullMarked")
                .isEmpty();
    }

    private static boolean isBeyondTheTensor(JavaClass type) {
        JavaClass element = type.getBaseComponentType(); // Tensor[] is as welcome as Tensor
        return element.getPackageName().startsWith("org.bytedeco")
                && !element.isEquivalentTo(Tensor.class)
                && !element.isEquivalentTo(TensorVector.class);
    }

    private static LayeredArchitecture layers() {
        LayeredArchitecture layers = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("root")
                .definedBy(ROOT)
                .whereLayer("root")
                .mayNotAccessAnyLayer()
                .ensureAllClassesAreContainedInArchitecture();
        for (String room : ROOMS.keySet()) {
            layers = layers.layer(room).definedBy(ROOT + "." + room + "..");
        }
        for (Map.Entry<String, List<String>> row : ROOMS.entrySet()) {
            layers = layers.whereLayer(row.getKey())
                    .mayOnlyAccessLayers(row.getValue().toArray(String[]::new));
        }
        return layers;
    }

    private static void room(String name, String... mayUse) {
        List<String> open = new ArrayList<>(List.of(mayUse));
        open.add("root");
        ROOMS.put(name, open);
    }

    private static String[] allSoFar() {
        return ROOMS.keySet().toArray(String[]::new);
    }
}
