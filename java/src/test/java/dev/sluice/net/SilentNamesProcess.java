package dev.sluice.net;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Dials names whose server receives every question and answers none, through the operating system's
 * look-up. Virtual threads must run in the meantime. Runs in a network of its own.
 */
final class SilentNamesProcess {
    private static final int DIALS = 300;

    private SilentNamesProcess() {}

    public static void main(String... arguments) throws Exception {
        try (DatagramSocket server =
                new DatagramSocket(53, InetAddress.getByAddress(new byte[]{127, 0, 0, 1}))) {
            List<Thread> dials = new ArrayList<>();
            CountDownLatch dialling = new CountDownLatch(DIALS);
            for (int i = 0; i < DIALS; i++) {
                String name = "silent-" + i + ".test:1";
                dials.add(Thread.startVirtualThread(() -> {
                    dialling.countDown();
                    dial(name);
                }));
            }
            // The server's socket has the questions, so the look-ups have begun.
            server.receive(new java.net.DatagramPacket(new byte[512], 512));
            boolean begun = dialling.await(20, TimeUnit.SECONDS);
            CountDownLatch ran = new CountDownLatch(1);
            Thread.startVirtualThread(ran::countDown);
            boolean free = ran.await(20, TimeUnit.SECONDS);
            // Each look-up takes a minute: see the options in the test.
            System.out.println("virtual threads " + (begun && free ? "run" : "are stopped"));
            dials.forEach(Thread::interrupt);
        }
        System.exit(0);
    }

    private static void dial(String name) {
        try {
            Dialer.DEFAULT.timeout(Duration.ofMinutes(10)).dial(name).close();
        } catch (NetException expected) {
            if (!(expected instanceof CancelledException)) {
                System.out.println(expected);
            }
        }
    }
}
