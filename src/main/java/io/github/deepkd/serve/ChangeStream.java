package io.github.deepkd.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Tells a page when its runs changed, as server-sent events; what changed it asks for itself. */
final class ChangeStream {

    private static final int MOST = 32; // each has a thread
    private static final long PERIOD_MILLIS = 1000;
    private static final int SILENT_PERIODS = 15;

    private final LiveRuns runs;
    private final Semaphore free = new Semaphore(MOST);

    ChangeStream(LiveRuns runs) {
        this.runs = runs;
    }

    /** Goes on until the page is closed or the server is. */
    void tell(HttpExchange exchange, List<String> names) throws IOException {
        if (!free.tryAcquire()) {
            Answer.text(exchange, 503, "Too many pages are open.");
            return;
        }
        try (OutputStream body = exchange.getResponseBody()) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
            exchange.sendResponseHeaders(200, 0);
            write(body, ": open\n\n");
            follow(body, names);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            free.release();
        }
    }

    private void follow(OutputStream body, List<String> names) throws IOException, InterruptedException {
        runs.look();
        long told = runs.changed(names);
        for (int silent = 0; ; silent++) {
            Thread.sleep(PERIOD_MILLIS);
            runs.look();
            long changed = runs.changed(names);
            if (changed != told) {
                told = changed;
                silent = 0;
                write(body, "event: change\ndata: " + changed + "\n\n");
            } else if (silent >= SILENT_PERIODS) {
                silent = 0;
                write(body, ": nothing new\n\n"); // finds out whether the page is still there
            }
        }
    }

    private static void write(OutputStream body, String text) throws IOException {
        body.write(text.getBytes(UTF_8));
        body.flush();
    }
}
