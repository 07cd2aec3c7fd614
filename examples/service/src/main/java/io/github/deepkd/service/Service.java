package io.github.deepkd.service;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Answers {@code POST /classify}, whose body is a PNG or JPEG picture, with the likeliest classes as JSON. Listens on this
 * machine only.
 */
public final class Service implements AutoCloseable {

    private static final int PORT = 8080;
    private static final int LARGEST_BODY = 10 << 20;
    private static final long MOST_PIXELS = 50_000_000;
    private static final int TOP = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Student student;
    private final HttpServer server;
    private final ExecutorService workers =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

    /** An answer that is an error, with its HTTP status. */
    private static final class Refusal extends IOException {
        private static final long serialVersionUID = 1;
        private final int status;

        Refusal(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    /** @param port 0 for any that is free */
    Service(Path model, int port) throws IOException, OrtException {
        student = new Student(model);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(workers);
        server.createContext("/classify", this::handle);
        server.start();
    }

    /** {@code MODEL [PORT]}. */
    public static void main(String[] arguments) throws IOException, OrtException {
        if (arguments.length < 1 || arguments.length > 2) {
            System.err.println("usage: java -jar service.jar MODEL.onnx [PORT]");
            System.exit(2);
        }
        int port = arguments.length == 2 ? Integer.parseInt(arguments[1]) : PORT;
        Service service = new Service(Path.of(arguments[0]), port);
        System.out.println("POST a picture to http://localhost:" + service.port() + "/classify");
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                BufferedImage image = picture(body(exchange));
                answer(exchange, 200, Map.of("classes", student.classify(image, TOP)));
            } catch (Refusal e) {
                answer(exchange, e.status, Map.of("error", e.getMessage()));
            } catch (OrtException | RuntimeException e) {
                answer(exchange, 500, Map.of("error", "the picture could not be classified"));
            }
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            throw new Refusal(405, "POST a PNG or JPEG picture");
        }
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            throw new Refusal(413, "a picture may have " + LARGEST_BODY + " bytes");
        }
        return body;
    }

    /** A small file may claim to be a huge picture, so its size is read first. */
    private static BufferedImage picture(byte[] body) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(body))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IIOException("of no known format");
            }
            ImageReader reader = readers.next();
            reader.setInput(in, true, true);
            if ((long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS) {
                throw new Refusal(413, "a picture may have " + MOST_PIXELS + " pixels");
            }
            return reader.read(0);
        } catch (Refusal e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new Refusal(400, "the body is no PNG or JPEG picture that can be decoded");
        }
    }

    private static void answer(HttpExchange exchange, int status, Object content) throws IOException {
        byte[] body = JSON.writeValueAsBytes(content);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() throws OrtException {
        server.stop(0);
        workers.shutdown();
        student.close();
    }
}
