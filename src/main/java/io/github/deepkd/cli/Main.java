package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.train.BuildInfo;
import java.util.Locale;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** {@code deepkd}: the commands' common root. */
@Command(
        name = "deepkd",
        description = "Knowledge distillation for the JVM: trains a small student network from a large teacher.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:bad input: a flag, recipe, file or tensor that cannot be used",
            "130:stopped by Ctrl-C, 143 by SIGTERM; what was trained is saved"
        },
        footer = {"", "Start with:  deepkd quickstart", "Completion:  source <(deepkd generate-completion)"},
        subcommands = {
            QuickstartCommand.class,
            TrainCommand.class,
            TeachCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            ServeCommand.class,
            LandscapeCommand.class,
            EvaluateCommand.class,
            ExportCommand.class,
            PredictCommand.class,
            InspectCommand.class,
            ListCommand.class,
            DataCommand.class,
            BenchCommand.class,
            GenerateCompletion.class
        })
public final class Main {

    @Option(names = "--debug", description = "Show stack traces of failures.", scope = ScopeType.INHERIT)
    private boolean debug;

    /** The class by whose main further processes are started. */
    private static volatile Class<?> entry = Main.class;

    /** The process's entry. */
    public static void main(String[] arguments) {
        main(Main.class, arguments);
    }

    /**
     * {@link #main(String[])} for a main of one's own, which first registered models.
     *
     * @param entry the class that calls this from its {@code main}: by it the processes of a comparison are started
     */
    public static void main(Class<?> entry, String... arguments) {
        Locale.setDefault(Locale.ROOT); // numbers in files and on the screen look the same everywhere
        Main.entry = entry;
        ParentWatch.begin();
        System.exit(run(arguments));
    }

    static Class<?> entry() {
        return entry;
    }

    /** Runs a command line and returns its exit code. */
    public static int run(String... arguments) {
        try {
            return commandLine().execute(arguments);
        } catch (OutOfMemoryError e) {
            System.err.println("deepkd: failed: out of memory; lower --set batch-size or raise DEEPKD_JAVA_OPTS=-Xmx");
            return 1;
        } catch (LinkageError e) {
            System.err.println("deepkd: failed: libtorch could not be loaded: " + describe(e));
            return 1;
        }
    }

    static CommandLine commandLine() {
        Main main = new Main();
        return new CommandLine(main)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(main.failures())
                .setParameterExceptionHandler(Main::refuse);
    }

    /** A slip on the command line, told in one sentence. */
    private static int refuse(ParameterException slip, String[] arguments) {
        System.err.println(
                "deepkd: " + slip.getMessage() + " (see deepkd " + commandPath(slip.getCommandLine()) + "--help)");
        return 2;
    }

    private static String commandPath(CommandLine line) {
        String name = line.getCommandSpec().qualifiedName(" ");
        return name.equals("deepkd") ? "" : name.substring("deepkd ".length()) + " ";
    }

    private IExecutionExceptionHandler failures() {
        return (failure, line, parsed) -> {
            boolean badInput = failure instanceof BadInput;
            System.err.println("deepkd: " + (badInput ? failure.getMessage() : "failed: " + describe(failure)));
            if (debug) {
                failure.printStackTrace();
            } else if (!badInput) {
                System.err.println("deepkd: run it again with --debug for the stack trace");
            }
            return badInput ? 2 : 1;
        };
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"deepkd " + BuildInfo.version() + " (" + BuildInfo.commit() + ")"};
        }
    }
}
