package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.Operation;
import dev.sluice.PooledBuffer;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.Socket;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends one datagram at a time, on the port's thread, from a buffer of the port. */
final class DatagramSender {
    private final CompletionPort port;
    private final Socket socket;

    DatagramSender(CompletionPort port, Socket socket) {
        this.port = port;
        this.socket = socket;
    }

    void sendTo(byte[] from, int offset, int length, Address to, CompletableFuture<Status> done,
            Datagrams.Failure failure) {
        PooledBuffer buffer = filled(from, offset, length, "send to " + to, done, failure);
        if (buffer != null) {
            SendTo send = new SendTo(socket).to(to).buffer(buffer.segment().asSlice(0, length));
            send.onCompletion(event -> ended(event, buffer, "send to " + to, done, failure));
            port.submit(send);
        }
    }

    void send(byte[] from, int offset, int length, CompletableFuture<Status> done,
            Datagrams.Failure failure) {
        PooledBuffer buffer = filled(from, offset, length, "send", done, failure);
        if (buffer != null) {
            Send send = new Send(socket).buffer(buffer, 0, length);
            send.onCompletion(event -> ended(event, buffer, "send", done, failure));
            port.submit(send);
        }
    }

    private @Nullable PooledBuffer filled(byte[] from, int offset, int length, String what,
            CompletableFuture<Status> done, Datagrams.Failure failure) {
        PooledBuffer buffer = port.takeBuffer();
        if (buffer == null) {
            failure.tell(what, Status.NO_BUFFERS, 0, done);
            return null;
        }
        if (length > buffer.capacity()) {
            buffer.release();
            failure.tell(what, Status.MESSAGE_TOO_BIG, 0, done);
            return null;
        }
        MemorySegment.copy(from, offset, buffer.segment(), ValueLayout.JAVA_BYTE, 0, length);
        return buffer;
    }

    private static void ended(Operation<?> event, PooledBuffer buffer, String what,
            CompletableFuture<Status> done, Datagrams.Failure failure) {
        buffer.release();
        if (event.isOk()) {
            done.complete(Status.OK);
        } else {
            failure.tell(what, event.status(), event.nativeCode(), done);
        }
    }
}
