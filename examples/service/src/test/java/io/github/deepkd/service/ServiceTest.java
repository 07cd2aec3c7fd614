package io.github.deepkd.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With a student of Fashion-MNIST in 8 bits, and one of its test images; the README says how they were made. */
class ServiceTest {

    private static final Path FILES = Path.of("src/test/resources");

    private static Service service;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        service = new Service(FILES.resolve("student-int8.onnx"), 0);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void aPictureIsAnsweredWithItsLikeliestClasses() throws Exception {
        HttpResponse<String> response = client.send(boot(), BodyHandlers.ofString());
        assertEquals(200, response.statusCode(), response.body());
        JsonNode classes = new ObjectMapper().readTree(response.body()).get("classes");
        assertEquals(5, classes.size());
        assertEquals("Ankle boot", classes.get(0).get("name").asText());
        assertTrue(classes.get(0).get("probability").asDouble() > 0.5, response.body());
    }

    @Test
    void manyAtOnceAreAnsweredAlike() throws Exception {
        String alone = client.send(boot(), BodyHandlers.ofString()).body();
        HttpRequest request = boot();
        List<CompletableFuture<HttpResponse<String>>> all = IntStream.range(0, 16)
                .mapToObj(i -> client.sendAsync(request, BodyHandlers.ofString()))
                .toList();
        for (CompletableFuture<HttpResponse<String>> one : all) {
            assertEquals(alone, one.get().body());
        }
    }

    @Test
    void whatIsNoPictureIsRefused() throws Exception {
        HttpResponse<String> text =
                client.send(request().POST(BodyPublishers.ofString("hello")).build(), BodyHandlers.ofString());
        assertEquals(400, text.statusCode());
        assertTrue(text.body().contains("no PNG or JPEG"), text.body());
        assertEquals(
                405,
                client.send(request().GET().build(), BodyHandlers.ofString()).statusCode());
    }

    private static HttpRequest boot() throws IOException {
        return request()
                .POST(BodyPublishers.ofByteArray(Files.readAllBytes(FILES.resolve("ankle-boot.png"))))
                .build();
    }

    private static HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/classify"));
    }
}
