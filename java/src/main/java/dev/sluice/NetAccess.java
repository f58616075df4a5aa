package dev.sluice;

import dev.sluice.internal.Backends;
import dev.sluice.internal.access.PortAccess;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.TryCalls;
import java.lang.foreign.MemorySegment;

/** Gives the blocking sockets what is no public API of a port. */
final class NetAccess extends PortAccess<CompletionPort, NativeSocket, SystemCallException> {
    @Override
    public void handOver(CompletionPort port, Thread thread, Thread carrier) {
        if (carrier.isVirtual()) {
            throw Errors.ofVirtualCarrier(thread, carrier);
        }
        port.handOver(thread);
        port.engine().owner().keepsItsCarrier();
    }

    @Override
    public boolean has(CompletionPort port, Capability capability) {
        return port.has(capability);
    }

    @Override
    public boolean has(String backend, Capability capability) {
        return Backends.capabilities(backend).contains(capability);
    }

    @Override
    public long unacknowledgedBytes(NativeSocket socket) {
        return socket.unacknowledgedBytes();
    }

    @Override
    public long tryReceive(NativeSocket socket, MemorySegment heap, long length)
            throws SystemCallException {
        try {
            long received = socket.port().engine().offThreadCalls()
                    .tryReceive(socket.channel, heap, length);
            if (received == TryCalls.WOULD_BLOCK) {
                return NativeSocket.WOULD_BLOCK;
            }
            return received == 0 ? NativeSocket.END_OF_STREAM : received;
        } catch (NativeFailure failure) {
            throw socket.failed(failure);
        }
    }

    @Override
    public long trySend(NativeSocket socket, MemorySegment heap, long length)
            throws SystemCallException {
        try {
            long sent = socket.port().engine().offThreadCalls()
                    .trySend(socket.channel, heap, length);
            return sent == TryCalls.WOULD_BLOCK ? NativeSocket.WOULD_BLOCK : sent;
        } catch (NativeFailure failure) {
            throw socket.failed(failure);
        }
    }

    @Override
    public long trySend(NativeSocket socket, BufferVector pieces) throws SystemCallException {
        try {
            long sent = socket.port().engine().offThreadCalls().trySend(socket.channel, pieces);
            return sent == TryCalls.WOULD_BLOCK ? NativeSocket.WOULD_BLOCK : sent;
        } catch (NativeFailure failure) {
            throw socket.failed(failure);
        }
    }
}
