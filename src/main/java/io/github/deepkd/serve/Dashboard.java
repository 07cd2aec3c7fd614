package io.github.deepkd.serve;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.github.deepkd.BadInput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The live pages of a folder of runs: {@code /}, {@code /report?run=NAME&run=…} and the stream {@code /events}. */
public final class Dashboard implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads;
    private final LiveRuns runs;
    private final ChangeStream changes;

    private Dashboard(HttpServer server, Path folder, String address) {
        this.server = server;
        this.runs = new LiveRuns(folder);
        this.changes = new ChangeStream(runs);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "serve");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        HttpContext all = server.createContext("/", safely(this::answer));
        all.getFilters().add(new Guard(address));
    }

    /**
     * Listens from now on.
     *
     * @param address a name or number of this machine
     * @param port 0 for any that is free
     * @throws BadInput where the folder is none, or the address or port cannot be had
     */
    public static Dashboard open(Path folder, String address, int port) {
        if (!Files.isDirectory(folder)) {
            throw new BadInput(folder + " is no folder: expected one with runs in it");
        }
        if (port < 0 || port > 65_535) {
            throw new BadInput("--port must be from 0 to 65535, found " + port);
        }
        try {
            InetSocketAddress place = new InetSocketAddress(InetAddress.getByName(address), port);
            Dashboard dashboard = new Dashboard(HttpServer.create(place, 0), folder, address);
            dashboard.server.start();
            return dashboard;
        } catch (UnknownHostException e) {
            throw new BadInput("--address " + address + " is no address of this machine", e);
        } catch (IOException e) {
            throw new BadInput(
                    "cannot listen on " + address + ", port " + port + " (" + e.getMessage() + "): name another --port",
                    e);
        }
    }

    /** Where a browser finds it. */
    public URI uri() {
        InetSocketAddress place = server.getAddress();
        InetAddress address = place.getAddress();
        String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + place.getPort() + "/");
    }

    private void answer(HttpExchange exchange) throws IOException {
        List<String> names = names(exchange.getRequestURI().getRawQuery());
        switch (exchange.getRequestURI().getPath()) {
            case "/" -> {
                runs.look();
                Answer.html(exchange, runs.list());
            }
            case "/report" -> {
                runs.look();
                answer(exchange, runs.report(names));
            }
            case "/events" -> changes.tell(exchange, names);
            default -> Answer.text(exchange, 404, "There is no such page.");
        }
    }

    private static void answer(HttpExchange exchange, @Nullable String page) throws IOException {
        if (page == null) {
            Answer.text(exchange, 404, "There is no such run, or none was chosen: go back to the list and choose one.");
        } else {
            Answer.html(exchange, page);
        }
    }

    /** The values of {@code run}; what is no valid text stands for itself, and no run is called so. */
    private static List<String> names(@Nullable String query) {
        List<String> names = new ArrayList<>();
        for (String pair : (query == null ? "" : query).split("&", -1)) {
            if (pair.startsWith("run=")) {
                names.add(decoded(pair.substring("run=".length())));
            }
        }
        return names.stream().distinct().toList();
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    /** A page that cannot be made is told as such; the JDK's server would drop the connection without a word. */
    private static HttpHandler safely(HttpHandler handler) {
        return exchange -> {
            try (exchange) {
                handler.handle(exchange);
            } catch (RuntimeException e) {
                String why =
                        e instanceof BadInput ? String.valueOf(e.getMessage()) : "The page could not be made: " + e;
                Answer.text(exchange, 500, why);
            }
        };
    }

    /** Stops listening; open streams end. */
    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
