package dev.sluice.bench.load;

import dev.sluice.bench.load.Generator.Run;
import dev.sluice.bench.load.Generator.Waiting;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;

/**
 * A generator in a process of its own, for loads with more connections than the descriptors of one
 * process: {@code GeneratorMain ADDRESS PORT LOAD}. Prints {@code connected}, then runs the load
 * and prints a {@link GeneratorAnswer} for each line of {@code NANOS WAITING}. Ends with standard
 * input; a failure is one line on standard error.
 */
public final class GeneratorMain {
    /** Printed once all connections are open. */
    public static final String CONNECTED = "connected";

    private GeneratorMain() {}

    /** Runs until standard input ends. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        try {
            InetSocketAddress server = new InetSocketAddress(InetAddress.ofLiteral(arguments[0]),
                    Integer.parseInt(arguments[1]));
            serve(server, Load.parse(arguments[2]), new BufferedReader(
                    new InputStreamReader(System.in, StandardCharsets.UTF_8)), System.out);
            return 0;
        } catch (IOException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    static void serve(InetSocketAddress server, Load load, BufferedReader orders,
            PrintStream answers) throws IOException {
        try (LoadConnections connections = LoadConnections.open(server, load)) {
            answers.println(CONNECTED);
            answers.flush();
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                String[] words = order.split(" ", -1);
                Histogram latencies = LatencyHistograms.create();
                Run run = connections.run(Long.parseLong(words[0]), Waiting.valueOf(words[1]),
                        latencies);
                answers.println(new GeneratorAnswer(run, compiledMillis(), latencies).line());
                answers.flush();
            }
        }
    }

    private static long compiledMillis() {
        CompilationMXBean compilation = ManagementFactory.getCompilationMXBean();
        return compilation == null ? 0 : compilation.getTotalCompilationTime();
    }
}
