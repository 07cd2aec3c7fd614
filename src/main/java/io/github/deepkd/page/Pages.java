package io.github.deepkd.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** The pages as HTML. */
public final class Pages {

    private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Mustache.Compiler MUSTACHE =
            Mustache.compiler().withLoader(name -> new StringReader(resource(name + ".mustache")));
    private static final Template SHELL = MUSTACHE.compile(resource("shell.mustache"));
    private static final String STYLES = resource(CHARTS + "uPlot.min.css") + resource("page.css");
    private static final List<String> SCRIPTS = List.of(resource(CHARTS + "uPlot.iife.min.js"), resource("page.js"));

    private Pages() {}

    /**
     * What the shell holds.
     *
     * @param connect what the page may connect to, as its security policy says it
     */
    private record Content(
            String title, String connect, String hashes, String styles, List<String> scripts, String main) {}

    /** A report on runs, one or more, that have begun; it needs no network, and its policy forbids it any. */
    public static String report(List<RunHistory> runs, Examples examples) {
        return page(Report.of(runs, false, examples), "report", "'none'");
    }

    /** The same for runs that go on: it follows {@code /events} of the server that it came from. */
    public static String liveReport(List<RunHistory> runs) {
        return page(Report.of(runs, true, Examples.NONE), "report", "'self'");
    }

    /** The runs of a folder, to choose from; it follows them too. */
    public static String list(RunList runs) {
        return page(runs, "list", "'self'");
    }

    private static String page(Object content, String template, String connect) {
        String title = content instanceof Report report ? report.title() : "Runs";
        String main = MUSTACHE.compile(resource(template + ".mustache")).execute(content);
        StringBuilder hashes = new StringBuilder();
        SCRIPTS.forEach(
                script -> hashes.append(" 'sha256-").append(sha256(script)).append('\''));
        return SHELL.execute(new Content(title, connect, hashes.toString().strip(), STYLES, SCRIPTS, main));
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + name);
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
