package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxSockets;
import dev.sluice.internal.linux.MessageHeader;
import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Connects and sends. A send that the system took in part has filled its buffer: the rest waits for
 * the edge without asking again.
 */
final class EpollSends {
    /** {@link Request#backendState}: the connect was refused for the moment, and is asked again. */
    private static final int CONNECT_AGAIN = 1;

    private final EpollBackend backend;
    private final LinuxSockets sockets;
    private final MemorySegment capture;
    private final Completions completions;

    /** One msghdr with its iovecs, made when a first vectored send comes. */
    private long message;

    private int messagePieces;
    private @Nullable Arena messageArena;

    EpollSends(EpollBackend backend, LinuxSockets sockets, Completions completions) {
        this.backend = backend;
        this.sockets = sockets;
        this.capture = sockets.callState().segment();
        this.completions = completions;
    }

    // ---- connecting --------------------------------------------------------------------------

    void startConnect(EpollChannel channel, Request request) {
        int length = sockets.encodePeer(channel, request.peer());
        if (length < 0) {
            fail(request, -length);
            return;
        }
        int result = Libc.connect(capture, channel.fd(), sockets.address(), length);
        if (result == 0) {
            connected(channel, request);
            return;
        }
        int errno = sockets.callState().errno();
        if (errno == Errno.EAGAIN && channel.family == RawAddress.UNIX) {
            // The listener's backlog is full. No edge reports room in it.
            request.backendState = CONNECT_AGAIN;
            backend.stallConnect(channel);
            return;
        }
        if (errno != Errno.EINPROGRESS) {
            fail(request, errno);
            return;
        }
        channel.maySend = false;
        park(channel, request);
    }

    void resumeConnecting(EpollChannel channel, Request request) {
        if (request.backendState == CONNECT_AGAIN) {
            startConnect(channel, request);
        } else {
            finishConnect(channel, request);
        }
    }

    private void finishConnect(EpollChannel channel, Request request) {
        int errno = sockets.takeError(channel);
        if (errno != 0) {
            fail(request, errno);
            return;
        }
        if (!sockets.isConnected(channel)) {
            // An edge from before the connect: a socket that is not connected counts as hung up.
            channel.maySend = false;
            return;
        }
        connected(channel, request);
    }

    private void connected(EpollChannel channel, Request request) {
        if (channel.ended) {
            // From before the connect, or of a peer that ended already: only the system can tell.
            channel.ended = sockets.hasEnded(channel);
        }
        completions.complete(request, Outcome.OK, 0, 0);
    }

    void disconnect(EpollChannel channel, Request request) {
        if (channel.stream) {
            fail(request, Errno.EOPNOTSUPP);
            return;
        }
        int errno = sockets.dissolve(channel);
        if (errno != 0) {
            fail(request, errno);
        } else {
            completions.complete(request, Outcome.OK, 0, 0);
        }
    }

    // ---- sending -----------------------------------------------------------------------------

    void send(EpollChannel channel, Request request) {
        while (channel.maySend) {
            long left = request.length() - request.progress();
            long address = request.address() + request.progress();
            long sent =
                    Libc.send(capture, channel.fd(), address, left, SocketConstants.MSG_NOSIGNAL);
            if (sent == left) {
                completions.complete(request, Outcome.OK, request.length(), 0);
                return;
            }
            if (!took(channel, request, sent)) {
                return;
            }
        }
        park(channel, request);
    }

    void sendVectored(EpollChannel channel, Request request) {
        BufferVector vector = request.vector();
        assert vector != null : "a vectored send has pieces";
        while (channel.maySend) {
            long left = request.length() - request.progress();
            encode(vector, request.progress());
            long sent =
                    Libc.sendmsg(capture, channel.fd(), message, SocketConstants.MSG_NOSIGNAL);
            if (sent == left) {
                completions.complete(request, Outcome.OK, request.length(), 0);
                return;
            }
            if (!took(channel, request, sent)) {
                return;
            }
        }
        park(channel, request);
    }

    /** Notes what a send did that did not finish; false when it ended the request. */
    private boolean took(EpollChannel channel, Request request, long sent) {
        if (sent >= 0) {
            request.progress(request.progress() + sent);
            channel.maySend = false;
            return true;
        }
        int errno = sockets.callState().errno();
        if (errno == Errno.EAGAIN) {
            channel.maySend = false;
            return true;
        }
        if (errno == Errno.EINTR) {
            return true;
        }
        fail(request, errno);
        return false;
    }

    void sendTo(EpollChannel channel, Request request) {
        while (channel.maySend) {
            int length = sockets.encodePeer(channel, request.peer());
            if (length < 0) {
                fail(request, -length);
                return;
            }
            long sent =
                    Libc.sendto(
                            capture,
                            channel.fd(),
                            request.address(),
                            request.length(),
                            SocketConstants.MSG_NOSIGNAL,
                            sockets.address(),
                            length);
            if (sent >= 0) {
                completions.complete(request, Outcome.OK, sent, 0);
                return;
            }
            if (channel.family == RawAddress.UNIX && sockets.callState().errno() == Errno.EAGAIN) {
                backend.stall(channel);
                return;
            }
            if (!took(channel, request, sent)) {
                return;
            }
        }
        park(channel, request);
    }

    private void encode(BufferVector vector, long skip) {
        if (vector.count > messagePieces || messageArena == null) {
            messageArena = Arena.ofAuto();
            messagePieces = vector.addresses.length;
            message = messageArena.allocate(MessageHeader.bytes(messagePieces), Long.BYTES)
                    .address();
        }
        MessageHeader.write(message, vector, skip);
    }

    private void park(EpollChannel channel, Request request) {
        int errno = backend.awaitRoom(channel);
        if (errno != 0) {
            fail(request, errno);
        }
    }

    private void fail(Request request, int errno) {
        Outcome outcome = LinuxErrors.outcomeOf(request, errno);
        completions.complete(request, outcome, request.progress(), errno);
    }
}
