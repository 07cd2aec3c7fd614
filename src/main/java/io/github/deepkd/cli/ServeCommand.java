package io.github.deepkd.cli;

import io.github.deepkd.BadInput;
import io.github.deepkd.serve.Dashboard;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deepkd serve DIR}. */
@Command(
        name = "serve",
        description = {
            "Shows the runs in a folder as a live page, until Ctrl-C.",
            "It reads their events only, and answers this machine alone unless --address says otherwise."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  deepkd serve runs", "  deepkd serve runs --port 9000"})
final class ServeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "The folder with the runs' folders in it.")
    private Path folder = Path.of("");

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8317",
            description = "${DEFAULT-VALUE} by default; 0 for any that is free.")
    private int port;

    @Option(
            names = "--address",
            paramLabel = "A",
            defaultValue = "127.0.0.1",
            description = "${DEFAULT-VALUE} by default. With another, whoever reaches it sees the runs: there is no"
                    + " password.")
    private String address = "";

    @Override
    public Integer call() throws InterruptedException {
        try (Dashboard dashboard = Dashboard.open(folder, address, port)) {
            if (!loopback(address)) {
                System.err.println("warning: whoever reaches " + address + " sees these runs; there is no password");
            }
            System.out.println("Look at " + dashboard.uri() + " in a browser; Ctrl-C ends this.");
            new CountDownLatch(1).await(); // the process's end ends it
            return 0;
        }
    }

    private static boolean loopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new BadInput("--address " + address + " is no address of this machine", e);
        }
    }
}
