package dev.sluice.bench.peers;

import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/** Answers requests of HTTP/1.1 on a port of Sluice: the answers of one receive go in one send. */
final class SluiceRequests implements PortServer.Program {
    private static final int MOST_ANSWERS = 64;
    private static final Duration LAST = Duration.ofSeconds(5);

    private final MemorySegment answers; // shared by all connections
    private final MemorySegment refusal;
    private final byte[] bytes = new byte[Task.BUFFER_BYTES]; // of the receive that is handled now

    SluiceRequests(CompletionPort port) {
        answers = port.allocate((long) MOST_ANSWERS * HttpRequests.ANSWER.length).segment();
        for (int i = 0; i < MOST_ANSWERS; i++) {
            MemorySegment.copy(HttpRequests.ANSWER, 0, answers, ValueLayout.JAVA_BYTE,
                    (long) i * HttpRequests.ANSWER.length, HttpRequests.ANSWER.length);
        }
        refusal = port.allocate(HttpRequests.REFUSAL.length).segment();
        MemorySegment.copy(HttpRequests.REFUSAL, 0, refusal, ValueLayout.JAVA_BYTE, 0,
                HttpRequests.REFUSAL.length);
    }

    @Override
    public void accepted(NativeSocket socket) {
        new Serving(socket).start();
    }

    /** A connection. One send is in flight; requests that come during it are answered behind it. */
    private final class Serving {
        private final HttpRequests requests = new HttpRequests();
        private final NativeSocket socket;
        private final CompletionPort port;
        private final Receive receive;
        private final Send send;
        private int owed;
        private boolean refuses;
        private boolean ends;

        Serving(NativeSocket socket) {
            this.socket = socket;
            this.port = socket.port();
            this.receive =
                    new Receive(socket).waitForBuffer().multishot().onCompletion(this::received);
            this.send = new Send(socket).onCompletion(this::sent);
        }

        void start() {
            port.submit(receive);
        }

        private void received(Receive event) {
            switch (event.status()) {
                case OK -> {
                    take(event);
                    if (!receive.isPending() && !ends && socket.isOpen()) {
                        port.submit(receive);
                    }
                }
                case EOF -> {
                    ends = true;
                    answer();
                }
                case CLOSED_LOCALLY -> {
                    // The close that cancelled it reports, or the port closes.
                }
                default -> close(Close.abort(socket));
            }
        }

        private void take(Receive event) {
            PooledBuffer buffer = event.takeBuffer();
            int count = event.bytes();
            MemorySegment.copy(buffer.segment(), ValueLayout.JAVA_BYTE, 0, bytes, 0, count);
            buffer.release();
            owed += requests.parse(bytes, count);
            if (requests.isOver() && !ends) {
                ends = true;
                refuses = requests.isRefused();
            }
            answer();
        }

        private void answer() {
            if (send.isPending() || !socket.isOpen()) {
                return;
            }
            if (owed > 0) {
                int now = Math.min(owed, MOST_ANSWERS);
                owed -= now;
                port.submit(send.buffer(
                        answers.asSlice(0, (long) now * HttpRequests.ANSWER.length)));
            } else if (refuses) {
                refuses = false;
                port.submit(send.buffer(refusal));
            } else if (ends) {
                close(Close.graceful(socket, LAST));
            }
        }

        private void sent(Send event) {
            if (event.isComplete()) {
                answer();
            } else if (event.status() != Status.CLOSED_LOCALLY) {
                close(Close.abort(socket));
            }
        }

        private void close(Close how) {
            if (socket.isOpen()) {
                port.submit(how);
            }
        }
    }
}
