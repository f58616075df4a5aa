package dev.sluice;

import dev.sluice.internal.Backends;
import dev.sluice.internal.access.PortAccess;
import dev.sluice.internal.spi.Capability;

/** Gives the blocking sockets what is no public API of a port. */
final class NetAccess extends PortAccess<CompletionPort, NativeSocket> {
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
}
