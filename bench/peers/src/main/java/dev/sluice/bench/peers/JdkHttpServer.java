package dev.sluice.bench.peers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's HttpServer with a virtual thread for each request. */
final class JdkHttpServer {
    private static final int BACKLOG = 4096;
    private static final byte[] BODY = "Hello, World!".getBytes(StandardCharsets.US_ASCII);

    private JdkHttpServer() {}

    static EchoPeer open(InetSocketAddress address) throws IOException {
        // Otherwise the second write of an answer waits for the peer's acknowledgement of the first.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(address, BACKLOG);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(executor);
        server.createContext("/", JdkHttpServer::answer);
        server.start();
        Thread virtual = Thread.ofVirtual().unstarted(() -> {}); // stands for those that serve
        return new RunningPeer(server.getAddress(), virtual, () -> {
            server.stop(0);
            executor.shutdownNow();
        });
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            exchange.getResponseHeaders().set("Content-Type", "text/plain");
            exchange.sendResponseHeaders(200, BODY.length);
            exchange.getResponseBody().write(BODY);
        }
    }
}
