package dev.sluice;

import dev.sluice.internal.spi.Capability;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;

/** The ways in which a socket comes to a port, all on the port's thread. */
final class SocketOpening {
    private SocketOpening() {}

    private static void prepare(CompletionPort port, String action) {
        port.requireOwner(action);
        port.requireOpen();
        port.requireRoomForSocket();
    }

    static NativeSocket open(CompletionPort port, SocketType type) throws SystemCallException {
        prepare(port, "open a socket");
        try {
            return new NativeSocket(port, type.open(port.engine()));
        } catch (NativeFailure failure) {
            throw Errors.of(type.toString(), failure);
        }
    }

    static NativeSocket listen(CompletionPort port, Address address, int backlog)
            throws SystemCallException {
        NativeSocket.checkBacklog(backlog);
        NativeSocket socket = open(port, SocketType.streamFor(address));
        try {
            if (!address.isUnix() && port.has(Capability.REUSES_ADDRESSES)) {
                socket.set(SockOpt.REUSEADDR, true);
            }
            return socket.bind(address).listen(backlog);
        } catch (SystemCallException failure) {
            port.engine().discard(socket.channel);
            throw failure;
        }
    }

    static NativeSocket datagrams(CompletionPort port, Address address)
            throws SystemCallException {
        NativeSocket socket = open(port, SocketType.datagramFor(address));
        try {
            return socket.bind(address);
        } catch (SystemCallException failure) {
            port.engine().discard(socket.channel);
            throw failure;
        }
    }

    static NativeSocket attach(CompletionPort port, DetachedSocket detached)
            throws SystemCallException {
        prepare(port, "attach a socket");
        Channel from = detached.take("attach");
        try {
            return new NativeSocket(port, port.engine().attach(from));
        } catch (NativeFailure failure) {
            port.engine().closeDetached(from);
            throw Errors.of("attach", failure);
        }
    }

    static NativeSocket adopt(CompletionPort port, long descriptor) throws SystemCallException {
        prepare(port, "adopt a socket");
        Channel known = descriptor < 0 ? null : port.engine().find(descriptor);
        if (known != null) {
            throw new IllegalArgumentException("cannot adopt descriptor " + descriptor
                    + ": it belongs to " + NativeSocket.of(port, known) + " of this port");
        }
        try {
            return new NativeSocket(port, port.engine().adopt(descriptor));
        } catch (NativeFailure failure) {
            throw Errors.of("adopt descriptor " + descriptor, failure);
        }
    }

    /** Takes a socket out of its port. */
    static DetachedSocket detach(NativeSocket socket) throws SystemCallException {
        socket.ready("detach");
        CompletionPort port = socket.port();
        var pending = port.engine().pendingOf(socket.channel);
        if (!pending.isEmpty()) {
            throw new IllegalStateException("cannot detach " + socket + ": pending are " + pending
                    + "; cancel them with port.cancelAll(socket), and wait for their events");
        }
        try {
            return new DetachedSocket(port.engine().detach(socket.channel), port.engine());
        } catch (NativeFailure failure) {
            throw socket.failed(failure);
        }
    }
}
