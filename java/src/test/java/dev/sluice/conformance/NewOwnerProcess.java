package dev.sluice.conformance;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.Delay;
import dev.sluice.NativeSocket;
import dev.sluice.PortFailedException;
import dev.sluice.PortOptions;
import dev.sluice.SendTo;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;

/**
 * A port that a platform thread opens and a virtual thread uses, for which the kernel must make
 * another ring. Prints how a datagram was sent there, or why the port failed.
 */
final class NewOwnerProcess {
    /** The most calls of io_uring_setup that succeed on one thread before the new owner's ring. */
    static final int EARLIER_RINGS = 2;

    private static final PortOptions OPTIONS = PortOptions.DEFAULT.backend(Backend.IO_URING);

    private NewOwnerProcess() {}

    public static void main(String[] args) throws Exception {
        CompletionPort port = CompletionPort.open(OPTIONS);
        Thread owner = Thread.ofVirtual().unstarted(() -> {
            try (port) {
                // strace counts the calls of each thread: the third ring is made on this one alone.
                for (int i = 0; i < EARLIER_RINGS; i++) {
                    CompletionPort.open(OPTIONS).close();
                }
                use(port);
            } catch (SystemCallException failure) {
                System.out.println(failure);
            }
        });
        port.handOver(owner);
        owner.start();
        owner.join();
    }

    private static void use(CompletionPort port) throws SystemCallException {
        NativeSocket socket = port.datagrams(OwnLoopback.at(0));
        SendTo send = new SendTo(socket).buffer(port.allocate(8).segment())
                .to(socket.localAddress());
        Delay delay = new Delay(Duration.ofMillis(1));
        port.submit(send);
        port.submit(delay);
        System.out.println("submitted");
        try {
            while (port.pendingOperations() > 0) {
                port.poll(CompletionPort.FOREVER);
            }
            System.out.println(send.status() + " " + delay.status());
        } catch (PortFailedException failure) {
            System.out.println(failure.getMessage());
        }
    }
}
