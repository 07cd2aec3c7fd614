package io.github.deepkd.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.deepkd.page.SampleRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DashboardTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private SampleRun first;
    private Dashboard dashboard;

    @BeforeEach
    void open() {
        first = SampleRun.begin(folder.resolve("runs/kd/seed-1"), "pair:kd", 1, "kd")
                .epoch(1, 50);
        SampleRun.begin(folder.resolve("runs/alone"), "pair:alone", 1, "none")
                .epoch(1, 40)
                .finish();
        SampleRun.begin(folder.resolve("outside"), "secret", 1, "none").epoch(1, 40);
        dashboard = Dashboard.open(folder.resolve("runs"), "127.0.0.1", 0);
    }

    @AfterEach
    void close() {
        dashboard.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(dashboard.uri().resolve(path)).build(), BodyHandlers.ofString());
    }

    @Test
    void theListHasEveryRunWithItsProgressAndTimeLeft() throws Exception {
        HttpResponse<String> list = get("/");
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(list.body())
                .contains(
                        "value=\"kd/seed-1\"",
                        "1.0 of 4 epochs, about 36 s left",
                        "<progress max=\"100\" value=\"25.0\"")
                .contains("value=\"alone\"", "finished after 48 s")
                .doesNotContain("secret");
        assertThat(list.headers().firstValue("X-Frame-Options")).contains("DENY");
    }

    @Test
    void chosenRunsAreComparedAndWhatIsAddedShowsTheNextTime() throws Exception {
        String query = "/report?run=kd%2Fseed-1&run=alone";
        assertThat(get(query).body()).contains("pair:kd has 50.00 %", "10.00 points above pair:alone", "data-live");
        first.epoch(2, 61);
        assertThat(get(query).body()).contains("pair:kd has 61.00 %");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/report",
                "/report?run=..%2Foutside",
                "/report?run=kd",
                "/report?run=%zz",
                "/../outside/events.jsonl",
                "/alone/events.jsonl",
                "/%2e%2e/outside/events.jsonl",
                "/report/x",
                "/events/..%2f..%2foutside"
            })
    void noPathLeadsToAFile(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1", "Host: 127.0.0.1");
        assertThat(answer).doesNotContain("secret", "run-started").startsWith("HTTP/1.1 4");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "127.0.0.1:8317, 200",
        "[::1]:8317, 200",
        "evil.example, 403",
        "evil.example:80, 403",
        "127.0.0.1.evil.example, 403",
        "localhost.evil.example, 403"
    })
    void aForeignNameForThisMachineIsRefused(String host, int status) throws Exception {
        assertThat(raw("GET / HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "HEAD"})
    void nothingButGetIsAnswered(String method) throws Exception {
        assertThat(raw(method + " / HTTP/1.1", "Host: localhost")).startsWith("HTTP/1.1 405 ");
    }

    @Test
    void theStreamTellsOfChangesToTheRunsOfThePageAlone() throws Exception {
        URI events = dashboard.uri().resolve("/events?run=kd%2Fseed-1");
        HttpResponse<InputStream> answer =
                client.send(HttpRequest.newBuilder(events).build(), BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream; charset=utf-8");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).isEqualTo(": open");
            SampleRun.begin(folder.resolve("runs/new"), "pair:kd", 2, "kd").epoch(1, 50);
            Thread.sleep(1500); // a look or more
            first.step(2, 5, 1.25);
            String line = lines.readLine();
            while (line.isEmpty()) {
                line = lines.readLine();
            }
            assertThat(line).isEqualTo("event: change");
        }
    }

    @Test
    void aFileThatIsNoRunIsNotListedAndHarmsNothing() throws Exception {
        Path broken = Files.createDirectories(folder.resolve("runs/broken"));
        Files.writeString(broken.resolve("config.yaml"), "");
        Files.writeString(broken.resolve("events.jsonl"), "no json\n{\"event\":\"epoch\",\"epoch\":1}\n[1]\n");
        assertThat(get("/").body()).contains("kd/seed-1").doesNotContain("broken");
        assertThat(get("/report?run=broken").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    /** HTTP by hand, for what a client would not send. */
    private String raw(String... lines) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), dashboard.uri().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write((String.join("\r\n", List.of(lines)) + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aRunWhoseConfigurationTakesAMeanOfNothingIsShownAllTheSame() throws IOException {
        Path run = folder.resolve("odd");
        SampleRun.begin(run, "pair:kd", 1, "kd").epoch(1, 40).finish();
        Path events = run.resolve("events.jsonl");
        Files.writeString(events, Files.readString(events).replace("\"mean-of\":2", "\"mean-of\":-3"));
        assertThat(ServedRuns.show(run)).contains("40.00");
    }
}
